"""Bodies of forms, read as they were sent: the framework puts other signs in place of bytes that are no UTF-8."""

from contextlib import ExitStack
from io import BytesIO
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from flask import Request
from werkzeug.datastructures import FileStorage, Headers, MultiDict
from werkzeug.formparser import FormDataParser, MultiPartParser

from smartdrive.domain.errors import BadInput
from smartdrive.domain.words import _

Fields = MultiDict[str, str]
Files = MultiDict[str, FileStorage]


class FormBodies(FormDataParser):
    """BadInput, wherever a form is looked at first, when one of its names or values is no text."""

    def parse(  # noqa: PLR0917 - the framework's own order
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> tuple[IO[bytes], Any, Any]:
        """The stream, the fields and the files. A form that is none has neither."""
        try:
            if mimetype == "multipart/form-data":
                return stream, *self._in_parts(stream, content_length, boundary=(options or {}).get("boundary", ""))
            if mimetype == "application/x-www-form-urlencoded":
                stream = BytesIO(_checked(stream.read()))
        except UnicodeDecodeError:
            raise BadInput(_("This form holds bytes that are no text in UTF-8.")) from None
        except ValueError:
            return stream, self.cls(), self.cls()
        return super().parse(stream, mimetype, content_length, options)

    def _in_parts(self, stream: IO[bytes], length: int | None, *, boundary: str) -> tuple[Fields, Files]:
        if not boundary:
            raise ValueError("a form in parts must say what parts them")
        with ExitStack() as opened:
            parser = _AllBytes(
                lambda *asked, **more: opened.enter_context(self.stream_factory(*asked, **more)),
                self.max_form_memory_size,
                self.cls,
                max_form_parts=self.max_form_parts,
            )
            fields, files = parser.parse(stream, boundary.encode("ascii"), length)
            texts = self.cls([(name, value.encode("latin-1").decode()) for name, value in fields.items(multi=True)])
            opened.pop_all()
        return texts, files


class _AllBytes(MultiPartParser):
    """Reads fields so that none of their bytes is lost: each is one sign."""

    def get_part_charset(self, headers: Headers) -> str:  # noqa: ARG002
        """The charset of every field, whatever it says itself."""
        return "iso-8859-1"


class FormRequest(Request):
    """A request whose forms are read so."""

    form_data_parser_class = FormBodies


def _checked(body: bytes) -> bytes:
    unquote_to_bytes(body.decode()).decode()
    return body
