"""What the clinic offers and asks, as data: the .toml files beside this module, and their reader.

Belongs here: therapies, check-in topics, medicines, cautions, the checklist and the reasons for
tapering, each with its source and review date. Does not belong here: wording of the handout
(`handout.*.toml` has a reader of its own), and any amount to take, factor or limit.
"""

from tracker.catalogue.entries import (
    Caution,
    ChecklistItem,
    Entry,
    Medicine,
    MedicineProduct,
    Reason,
    Reference,
    Scale,
    Source,
    Therapy,
    Topic,
)
from tracker.catalogue.files import BadCatalogue
from tracker.catalogue.reader import SHIPPED, Catalogue, load

__all__ = [
    "SHIPPED",
    "BadCatalogue",
    "Catalogue",
    "Caution",
    "ChecklistItem",
    "Entry",
    "Medicine",
    "MedicineProduct",
    "Reason",
    "Reference",
    "Scale",
    "Source",
    "Therapy",
    "Topic",
    "load",
]
