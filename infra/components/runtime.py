"""What the functions run on at AWS."""

RUNTIME = "python3.13"
# A fifth cheaper per second than x86_64. The worker's image is built for it, and so is what a
# program brings along.
ARCHITECTURE = "arm64"
