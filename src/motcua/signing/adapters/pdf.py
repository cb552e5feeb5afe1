"""One more signature on a PDF, as an incremental update, by pyHanko's writer."""

import io
from datetime import datetime

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.signers import cms_embedder, pdf_byterange

from motcua.signing.adapters import cms
from motcua.signing.values import Kind

MD = "sha256"
FIELD_NAMES = {Kind.PERSON: "NguoiKy", Kind.SEAL: "CoQuan"}
ALL_FIELDS = fields.FieldMDPSpec(fields.FieldMDPAction.ALL)

# The person certifies the document and leaves room for one thing, the seal; the seal closes it. (A
# DocMDP certification must be the first signature: ISO 32000-1, 12.8.2.2, so the seal, the last one,
# closes the document by a lock on every field with permission 1 instead.)
_MDP = {
    Kind.PERSON: cms_embedder.SigMDPSetup(
        md_algorithm=MD, certify=True, docmdp_perms=fields.MDPPerm.FILL_FORMS
    ),
    Kind.SEAL: cms_embedder.SigMDPSetup(
        md_algorithm=MD, field_lock=ALL_FIELDS, docmdp_perms=fields.MDPPerm.NO_CHANGES
    ),
}


class Writer(IncrementalPdfFileWriter):
    """pyHanko's writer, leaving the document's metadata as they are.

    It would set the time of change from the machine's clock, and write all metadata anew, which takes
    two fifths of the time and repeats 5 KB in each signature. Signing changes no content.
    """

    def _update_meta(self) -> None:
        """Keep the metadata."""


def add_signature(
    pdf: bytes, signer: cms.Signer, *, kind: Kind, at: datetime, reason: str, location: str
) -> bytes:
    """Return the PDF with one more signature; raises what pyHanko raises for a file it cannot read."""
    writer = Writer(io.BytesIO(pdf), strict=True)
    name = FIELD_NAMES[kind]
    steps = cms_embedder.PdfCMSEmbedder(_field(kind)).write_cms(name, writer)
    next(steps)
    placeholder = pdf_byterange.PdfSignedData(
        obj_type=generic.pdf_name("/Sig"),
        subfilter=fields.SigSeedSubFilter.PADES,
        timestamp=at,
        bytes_reserved=2 * signer.size,
    )
    for key, value in (("/Name", signer.common_name), ("/Reason", reason), ("/Location", location)):
        if value:
            placeholder[generic.pdf_name(key)] = generic.pdf_string(value)
    steps.send(cms_embedder.SigObjSetup(sig_placeholder=placeholder, mdp_setup=_MDP[kind]))
    prepared, output = steps.send(cms_embedder.SigIOSetup(md_algorithm=MD))
    steps.send(cms.signed_data(signer, digest=prepared.document_digest))
    signed: bytes = output.getvalue()
    return signed


def _field(kind: Kind) -> fields.SigFieldSpec:
    if kind is Kind.PERSON:
        return fields.SigFieldSpec(FIELD_NAMES[kind])
    return fields.SigFieldSpec(
        FIELD_NAMES[kind],
        field_mdp_spec=ALL_FIELDS,
        doc_mdp_update_value=fields.MDPPerm.NO_CHANGES,
    )
