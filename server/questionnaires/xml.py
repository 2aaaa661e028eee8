"""The names of a form's and a submission's XML."""

from __future__ import annotations

from xml.etree.ElementTree import Element

XHTML = "{http://www.w3.org/1999/xhtml}"
XFORMS = "{http://www.w3.org/2002/xforms}"
ODK = "{http://www.opendatakit.org/xforms}"
JR = "{http://openrosa.org/javarosa}"


def local(element: Element) -> str:
    """Return the element's name without its namespace."""
    return element.tag.rpartition("}")[2]
