"""Programs that clients upload, by the SHA-256 of their zip.

    offer    a pre-signed URL, good for one object with these very bytes   quarantine/<digest>.zip
    (the client puts the zip there: S3 itself checks length and checksum, and overwrites nothing)
    admit    looks at what came, and copies that version                   programs/<digest>.zip
    read     what a worker runs; hashed once more

Only what was admitted is ever run: whoever holds a pre-signed URL can write nothing else.
"""
