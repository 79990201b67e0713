"""Deploys Hoist onto an AWS account: `make deploy ENV=<environment>`.

target        which environment, account and region; what is refused before anything is made
aws_cli       the `aws` command, which knows how this user signs in
bootstrap     the stack that must be there first, by CloudFormation
worker_image  the worker's image, built and pushed unless it is there
own_stack     Hoist's own stack, by the pinned engine, with its state in the bootstrap's places
deploy        all of it in order
"""
