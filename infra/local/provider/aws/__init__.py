"""The `aws` provider of the emulator: the type names and properties of pulumi-aws, over botocore.

For an AWS emulator on the loopback interface and for nothing else: it refuses every other
endpoint. On AWS the real plugin does this work.

    install.py        lays the plugin into a Pulumi home
    plugin.py         makes the provider for the plugin process
    provider.py       what all types do alike
    resource_type.py  how a type is described
    inputs.py         judging and completing inputs
    outputs.py        inputs and cloud into outputs, secretness kept
    fields.py         nested properties: their names here and in AWS
    settings.py       configuration and environment
    endpoints.py      the loopback rule
    credentials.py    whose calls they are
    clients.py        botocore clients, loaded at the first call
    cloud_errors.py   AWS's errors as sentences
    s3*.py dynamodb.py kms.py sqs.py iam.py logs.py cloudwatch.py events.py lambda*.py rest_api*.py
                      the types, by service
    functions.py      the functions that programs may call
"""
