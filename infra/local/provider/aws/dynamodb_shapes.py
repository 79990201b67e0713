"""How parts of a table look here and in DynamoDB's API."""

from typing import Any

from local.provider.aws.fields import Field
from local.provider.values import Properties

ATTRIBUTE_FIELDS = (Field("name", "AttributeName"), Field("type", "AttributeType"))
TTL_FIELDS = (Field("attributeName", "AttributeName"), Field("enabled", "Enabled"))
INDEX_FIELDS = tuple(
    Field(name, name)
    for name in ("name", "hashKey", "rangeKey", "projectionType", "nonKeyAttributes")
)


def key_schema(hash_key: str, range_key: str | None) -> Any:
    """Hash and range key as the API's schema."""
    hash_part = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    return hash_part + ([{"AttributeName": range_key, "KeyType": "RANGE"}] if range_key else [])


def keys_from_schema(schema: Any) -> Properties:
    """The schema as `hashKey` and `rangeKey`."""
    names = {"HASH": "hashKey", "RANGE": "rangeKey"}
    return {names[part["KeyType"]]: part["AttributeName"] for part in schema}


def index_to_aws(index: Properties) -> Any:
    """A global secondary index for the API."""
    projection: dict[str, Any] = {"ProjectionType": index["projectionType"]}
    if index.get("nonKeyAttributes"):
        projection["NonKeyAttributes"] = index["nonKeyAttributes"]
    return {
        "IndexName": index["name"],
        "KeySchema": key_schema(index["hashKey"], index.get("rangeKey")),
        "Projection": projection,
    }


def index_from_aws(index: Any) -> Properties:
    """A global secondary index from the API."""
    projection = index["Projection"]
    found = {
        "name": index["IndexName"],
        **keys_from_schema(index["KeySchema"]),
        "projectionType": projection["ProjectionType"],
    }
    if projection.get("NonKeyAttributes"):
        found["nonKeyAttributes"] = list(projection["NonKeyAttributes"])
    return found


def same_index(one: Properties | None, other: Properties | None) -> bool:
    """Whether both are there and are the same index."""
    return one is not None and other is not None and index_to_aws(one) == index_to_aws(other)


def encryption_to_aws(encryption: Properties) -> Any:
    """Encryption at rest for the API; AWS's own key unless one is named."""
    if not encryption.get("enabled"):
        return {"Enabled": False}
    key = encryption.get("kmsKeyArn")
    return {"Enabled": True, "SSEType": "KMS", **({"KMSMasterKeyId": key} if key else {})}


def encryption_from_aws(description: Any) -> Properties:
    """Encryption at rest from the API, which says nothing when it is off."""
    if not description or description.get("Status") not in ("ENABLED", "ENABLING", "UPDATING"):
        return {"enabled": False}
    key = description.get("KMSMasterKeyArn")
    return {"enabled": True, **({"kmsKeyArn": key} if key else {})}


def tidy_encryption(value: Any) -> Any:
    """Without a key it is AWS's own key, whatever its name."""
    return value if not isinstance(value, dict) or value.get("enabled") else {"enabled": False}


def tidy_ttl(value: Any) -> Any:
    """One that is off has no attribute; one that names an attribute is on unless it says no."""
    if not isinstance(value, dict):
        return value
    if not value.get("enabled", bool(value.get("attributeName"))):
        return {"enabled": False}
    return {"enabled": True, "attributeName": value.get("attributeName")}
