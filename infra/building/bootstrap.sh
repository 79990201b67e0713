#!/bin/sh
# The emulator's functions: AWS's own runtime client around our handler, in the Python of the local
# installation, which has the third-party packages. The client puts this directory first on the
# path, so the code is that of the package. The emulator leaves out the two settings below.
export AWS_LAMBDA_LOG_GROUP_NAME="/aws/lambda/$AWS_LAMBDA_FUNCTION_NAME"
export AWS_LAMBDA_INITIALIZATION_TYPE=on-demand
exec "${HOIST_PYTHON:?names the interpreter of the local installation}" -m awslambdaric "$_HANDLER"
