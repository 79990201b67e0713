"""Makes what Lambda runs: trees as they lie there, packages named by their digest, the image.

parts             sources of ours, third-party packages, single files
artifacts         which parts make which tree
build             stages the trees below a directory, packs them into zips, checks their size
publishing        puts packages into a bucket, gives the config that names them
image_builder     builds the worker's image with Docker, Podman or Finch
release_download  gets the engine and its plugin while the image is built
smoke             imports each tree alone, as Lambda would
"""
