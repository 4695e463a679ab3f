"""Forms of the registers, as strict types: a key too many, too few or too long is an error. They are ours.

The UK's ATRS publishes labels and guidance, no machine form; of the Dutch register's publication standard the lengths
are taken: name below 100 characters, short description below 350, long texts below 2,500. Croissant has a validator,
mlcroissant, which misses keys that its specification requires (name, url, creator, the hash of a file).
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Short = Annotated[str, Field(min_length=1, max_length=99)]
Summary = Annotated[str, Field(min_length=1, max_length=349)]
Long = Annotated[str, Field(min_length=1, max_length=2499)]
Stated = Annotated[str, Field(min_length=1, max_length=10_000)]
Url = Annotated[str, Field(pattern=r"^https://")]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _General(_Form):
    name: Short
    description_short: Summary
    organization: Stated
    category: Stated
    status: Annotated[str, Field(pattern="^(in development|in use|out of use)$")]
    begin_date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
    contact_email: Annotated[str, Field(pattern="@")]
    url: Url
    publication_category: Stated


class _ResponsibleUse(_Form):
    goal: Long
    proportionality: Long
    human_intervention: Long
    risk_management: Long
    legal_base: Long
    legal_base_title: Stated
    legal_base_link: Url
    processing_register: Stated
    impact_tests: Long


class _Operation(_Form):
    data: Long
    technical_operation: Long
    provider: Long
    status_of_run: Long


class _Metadata(_Form):
    lang: Short
    source_id: Stated
    tags: Stated


class DutchEntry(_Form):
    """An entry of the Dutch algorithm register."""

    title: Stated
    shape: Stated
    status: Stated
    general: _General
    responsible_use: _ResponsibleUse
    operation: _Operation
    metadata: _Metadata


class _TierOne(_Form):
    name: Stated
    description: Stated
    problem: Stated
    rationale: Stated
    website: Url
    contact: Annotated[str, Field(pattern="@")]
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}T")]


class _Owned(_Form):
    organisation: Stated
    region: Stated
    team: Stated
    senior_responsible_owner: Stated
    supplier: Stated
    procurement: Stated
    version: Stated


class _Described(_Form):
    detailed_description: Stated
    scope: Stated
    benefit: Stated
    previous_process: Stated
    alternatives: Stated


class _Decided(_Form):
    process_integration: Stated
    provided_information: Stated
    frequency_and_scale: Stated
    human_decisions: Stated
    required_training: Stated
    appeals_and_review: Stated


class _Tooled(_Form):
    architecture: Stated
    phase: Stated
    maintenance: Stated
    model_task: Stated
    model_version: Stated
    model_input: Stated
    model_output: Stated
    model_architecture: Stated
    model_performance: Stated


class _Fed(_Form):
    description: Stated
    modality: Stated
    sensitive_attributes: Stated
    cleaning: Stated
    sharing: Stated
    access_and_storage: Stated
    quantities: Stated
    completeness: Stated


class _Risked(_Form):
    impact_assessments: Stated
    risks: Stated


class AtrsEntry(_Form):
    """A record in the shape of ATRS."""

    title: Stated
    shape: Stated
    status: Stated
    tier_1: _TierOne
    owner: _Owned
    description: _Described
    decision: _Decided
    tool: _Tooled
    data: _Fed
    risks: _Risked


Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _Creator(_Form):
    kind: Stated = Field(alias="@type")
    name: Stated
    email: Stated


class _File(_Form):
    kind: Stated = Field(alias="@type")
    key: Stated = Field(alias="@id")
    name: Stated
    description: Stated
    content_url: Stated = Field(alias="contentUrl")
    content_size: Annotated[str, Field(pattern=r"^\d+ B$")] = Field(alias="contentSize")
    encoding_format: Stated = Field(alias="encodingFormat")
    sha256: Sha256


class CroissantSheet(_Form):
    """What Croissant 1.1 and its RAI vocabulary ask of a sheet and mlcroissant lets pass when it is missing."""

    context: dict[str, object] = Field(alias="@context")
    kind: Annotated[str, Field(pattern="^sc:Dataset$")] = Field(alias="@type")
    conforms_to: list[Stated] = Field(alias="conformsTo")
    name: Stated
    description: Stated
    license: Url
    url: Url
    creator: _Creator
    date_published: Stated = Field(alias="datePublished")
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    cite_as: Stated = Field(alias="citeAs")
    is_live: bool = Field(alias="isLiveDataset")
    distribution: Annotated[list[_File], Field(min_length=1)]
    record_set: Annotated[list[dict[str, object]], Field(min_length=1)] = Field(alias="recordSet")
    collection: Stated = Field(alias="rai:dataCollection")
    collection_type: Annotated[list[Stated], Field(min_length=1)] = Field(alias="rai:dataCollectionType")
    timeframe: Annotated[list[Stated], Field(min_length=1)] = Field(alias="rai:dataCollectionTimeframe")
    missing: Annotated[list[Stated], Field(min_length=1)] = Field(alias="rai:dataCollectionMissingData")
    raw: Stated = Field(alias="rai:dataCollectionRawData")
    preprocessing: list[Stated] = Field(alias="rai:dataPreprocessingProtocol")
    manipulation: Stated = Field(alias="rai:dataManipulationProtocol")
    imputation: Stated = Field(alias="rai:dataImputationProtocol")
    biases: Annotated[list[Stated], Field(min_length=1)] = Field(alias="rai:dataBiases")
    limitations: Annotated[list[Stated], Field(min_length=1)] = Field(alias="rai:dataLimitations")
    use_cases: Annotated[list[Stated], Field(min_length=1)] = Field(alias="rai:dataUseCases")
    social_impact: Stated = Field(alias="rai:dataSocialImpact")
    sensitive: Annotated[list[Stated], Field(min_length=1)] = Field(alias="rai:personalSensitiveInformation")
    release: Stated = Field(alias="rai:dataReleaseMaintenancePlan")
