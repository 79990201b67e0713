"""Secrets with versions and stages, in AWS Secrets Manager or in a directory.

    SecretsClient (client.py)        the seam: Secrets Manager's operations as boto3 has them
      ├─ boto3's own client          as it is
      └─ FileSecretStore             file_store.py and *_operations.py: an encrypted file each
           ├─ versions.py            decides where labels go
           ├─ sealing.py             encrypts values under MasterKeys (a file, a passphrase, KMS)
           └─ files.py               keeps the files

What Secrets Manager would answer with an error is a botocore ClientError with its code, in both.
What is wrong with this machine's files or keys is a HoistError (errors.py).
`conformance` has a case for each behaviour that both must show.
"""
