"""Who may do what: one check for every door of Hoist.

    permissions     what may be done, and the roles that bundle it
    patterns        which stacks: `shop/*`
    grants          a role on some stacks; what a person's token is good for
    principals      IAM identities, and which of them is one person
    mapping         the settings that give principals their roles
    tokens          the text of a token; authorization: where it stands in a request
    token_book      issues tokens, knows them again, revokes them, counts
    storage         what the book asks of a store; memory, dynamodb: the stores

An IAM identity is exchanged for a token; everything else is asked for with the token. Nothing here
loads boto3 or pydantic: a cold function answers its first request only after its imports.
"""
