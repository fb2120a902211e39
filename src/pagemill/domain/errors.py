"""Every error a user or operator can meet.

    PagemillError
     ├─ DocumentError      the file's fault: permanent, fails at once, never retried
     ├─ TransientError     the system's fault for now: retried with backoff
     ├─ ResourceError      the file needed more than its share: retried alone with more, then quarantined
     ├─ LeaseLost          the work is no longer ours: stop and say nothing
     ├─ StoreFull          no room to write: what was accepted waits, new work is refused
     └─ RequestError       the request cannot be taken
         ├─ InvalidOptions, InvalidRequest, UnsupportedFile, FileTooLarge
         ├─ TaskNotFound, NotFound, ResultNotReady
         └─ TooBusy

Each code of `CATALOGUE` is stable: clients may switch on it. `docs/errors.md` lists the same table, and a test compares them.
"""

from enum import StrEnum

import msgspec


class Fault(StrEnum):
    """Whose fault an error is, and so what happens next."""

    DOCUMENT = "document"
    TRANSIENT = "transient"
    RESOURCE = "resource"
    LOST = "lost"
    DEFECT = "defect"
    REQUEST = "request"


class ErrorCode(msgspec.Struct, frozen=True):
    """A stable code: the HTTP status when it is an answer, whose fault it is, and what to do."""

    code: str
    status: int
    fault: Fault
    title: str
    hint: str


# fmt: off
_ROWS = (
    ErrorCode("unsupported_format", 415, Fault.DOCUMENT, "This kind of file is not supported", "docs/formats.md lists those that are; convert it to one of them."),
    ErrorCode("corrupt_file", 422, Fault.DOCUMENT, "The file is damaged", "Open it in its own program, save it anew and submit that."),
    ErrorCode("empty_file", 422, Fault.DOCUMENT, "There is nothing in the file", "Check that the upload is complete."),
    ErrorCode("password_required", 422, Fault.DOCUMENT, "The file is encrypted", "Submit it with the option `password`."),
    ErrorCode("wrong_password", 422, Fault.DOCUMENT, "The password does not open the file", "Submit it again with the right `password`."),
    ErrorCode("file_too_large", 413, Fault.DOCUMENT, "The file is larger than this service takes", "Split it, or raise PAGEMILL_MAX_FILE_MB."),
    ErrorCode("too_many_pages", 422, Fault.DOCUMENT, "The file has more pages than this service takes", "Name some with the option `pages`, or raise PAGEMILL_MAX_PAGES."),
    ErrorCode("image_too_large", 422, Fault.DOCUMENT, "An image has more pixels than this service takes", "Scale it down, or raise PAGEMILL_MAX_IMAGE_MEGAPIXELS."),
    ErrorCode("office_required", 422, Fault.DOCUMENT, "Reading this kind of file needs LibreOffice", "Install the packages libreoffice-writer-nogui, libreoffice-calc-nogui and libreoffice-impress-nogui, or save the file in a newer format."),
    ErrorCode("unpacks_too_large", 422, Fault.DOCUMENT, "The file unpacks to more than this service takes", "If it is not a decompression bomb, raise PAGEMILL_MAX_UNPACKED_MB or PAGEMILL_MAX_UNPACKED_RATIO."),
    ErrorCode("nested_too_deeply", 422, Fault.DOCUMENT, "Files lie in files more deeply than this service follows", "Submit the inner file alone, or raise PAGEMILL_MAX_NESTING."),
    ErrorCode("too_many_cells", 422, Fault.DOCUMENT, "The tables have more cells than this service takes", "Split the file, or raise PAGEMILL_MAX_CELLS."),
    ErrorCode("result_too_large", 422, Fault.DOCUMENT, "The result is larger than this service keeps", "Name fewer pages with the option `pages`, or raise PAGEMILL_MAX_RESULT_MB."),
    ErrorCode("no_such_pages", 422, Fault.DOCUMENT, "None of the pages asked for exists", "Check the option `pages` against the file's page count."),
    ErrorCode("unreadable", 422, Fault.DOCUMENT, "No page of the file could be read", "See the task's attempts for what happened to each page."),
    ErrorCode("storage_unavailable", 503, Fault.TRANSIENT, "The storage cannot be reached", "It is tried again by itself; see the operator's log if it lasts."),
    ErrorCode("storage_full", 507, Fault.TRANSIENT, "There is no room left to store anything", "Free some disk space; what was accepted goes on by itself."),
    ErrorCode("out_of_memory", 500, Fault.RESOURCE, "The file needs more memory than it may use", "Raise PAGEMILL_TEXT_MEMORY_MB or PAGEMILL_MODEL_MEMORY_MB, then retry the task."),
    ErrorCode("page_timeout", 500, Fault.RESOURCE, "A page took longer than it may", "Raise PAGEMILL_PAGE_SECONDS, or submit with `error_handling: continue`."),
    ErrorCode("timed_out", 500, Fault.RESOURCE, "The task was not finished by its deadline", "Retry it with a later `deadline_seconds`."),
    ErrorCode("crashed", 500, Fault.LOST, "The file makes its worker crash", "The evidence says where; submit with `error_handling: continue` to leave out the page."),
    ErrorCode("attempts_used_up", 500, Fault.LOST, "The work was begun too often without an end", "See the task's attempts for what happened each time."),
    ErrorCode("input_lost", 500, Fault.DEFECT, "The submitted file is gone from the storage", "Submit the file again; `pagemill fsck` found that it was missing."),
    ErrorCode("internal_error", 500, Fault.DEFECT, "Pagemill made a mistake", "Report the reference number to the operator: the log has the details."),
    ErrorCode("cancelled", 409, Fault.REQUEST, "The task was cancelled", "Retry it to run it anew."),
    ErrorCode("invalid_options", 422, Fault.REQUEST, "The options are not valid", "docs/options.md lists every option with its values."),
    ErrorCode("invalid_request", 422, Fault.REQUEST, "The request is not valid", "/docs describes every request."),
    ErrorCode("body_incomplete", 400, Fault.REQUEST, "The body ended before it was whole", "Send the request again."),
    ErrorCode("body_timeout", 408, Fault.REQUEST, "The body came too slowly", "Send the request again; PAGEMILL_BODY_SECONDS says how long it may stand still."),
    ErrorCode("not_found", 404, Fault.REQUEST, "There is nothing here", "Check the id: results expire, and deleted tasks are gone."),
    ErrorCode("method_not_allowed", 405, Fault.REQUEST, "This address does not take this method", "/docs describes every request."),
    ErrorCode("not_acceptable", 406, Fault.REQUEST, "The result has no such form", "Ask for JSON, Markdown, HTML or plain text."),
    ErrorCode("range_not_satisfiable", 416, Fault.REQUEST, "The range lies beyond the end", "Ask for bytes that exist; Content-Range says how many there are."),
    ErrorCode("result_not_ready", 409, Fault.REQUEST, "The task has no result yet", "Wait for it with `GET /v1/tasks/{id}?wait=30`."),
    ErrorCode("unauthorized", 401, Fault.REQUEST, "A key is needed", "Send it as `Authorization: Bearer <key>`."),
    ErrorCode("scope_missing", 403, Fault.REQUEST, "The key may not do this", "Use a key with the scope that the message names: `pagemill keys create --scope ...`."),
    ErrorCode("idempotency_conflict", 409, Fault.REQUEST, "The idempotency key was used for another request", "Send each new request with a new key."),
    ErrorCode("forbidden", 403, Fault.REQUEST, "This request may not be made from here", "While there are no keys, only programs and pages on this machine are served."),
    ErrorCode("tenant_too_busy", 429, Fault.REQUEST, "Your part of the queue is full", "Try again after the seconds that Retry-After names, or raise PAGEMILL_MAX_QUEUED_PER_TENANT."),
    ErrorCode("too_busy", 429, Fault.REQUEST, "The queue is full", "Try again after the seconds that Retry-After names."),
)
# fmt: on

CATALOGUE: dict[str, ErrorCode] = {row.code: row for row in _ROWS}


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of a failed attempt, for the operator: never the file's content."""

    signal: str = ""
    stage: str = ""
    page: int = 0
    stderr: str = ""
    reference: str = ""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error as it is stored with a task and shown to its user. `page` is 0 when no page is to blame."""

    code: str
    message: str
    hint: str = ""
    page: int = 0
    evidence: Evidence | None = None


class PagemillError(Exception):
    """Any error that Pagemill raises on purpose. `code` is a key of `CATALOGUE`."""

    code = "internal_error"

    def __init__(self, message: str = "", *, code: str = "", hint: str = "", page: int = 0) -> None:
        self.code = code or type(self).code
        self.entry = CATALOGUE[self.code]
        self.message = message or self.entry.title
        self.hint = hint or self.entry.hint
        self.page = page
        super().__init__(self.message)

    def problem(self) -> Problem:
        """This error as a value."""
        return Problem(self.code, self.message, self.hint, self.page)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.message, self.code, self.hint, self.page), vars(self)


def _rebuild(kind: type[PagemillError], message: str, code: str, hint: str, page: int) -> PagemillError:
    return kind(message, code=code, hint=hint, page=page)


class DocumentError(PagemillError):
    """The file itself is the problem; trying again cannot help."""

    code = "corrupt_file"


class TransientError(PagemillError):
    """Something around the file failed and may work later. `retry_after` is seconds, or None if nobody said."""

    code = "storage_unavailable"
    retry_after: float | None = None


class ResourceError(PagemillError):
    """The file needed more memory or time than its share."""

    code = "out_of_memory"


class LeaseLost(PagemillError):
    """The attempt is no longer ours: its commit was refused, and nothing was changed."""


class StoreFull(PagemillError):
    """The disk under the store or the blobs has no room."""

    code = "storage_full"


class RequestError(PagemillError):
    """The request is the problem."""

    code = "invalid_request"


class InvalidOptions(RequestError):
    """An option is unknown, or its value cannot be used."""

    code = "invalid_options"


class UnsupportedFile(RequestError):
    """No reader takes this kind of file."""

    code = "unsupported_format"


class FileTooLarge(RequestError):
    """The upload is over the limit."""

    code = "file_too_large"


class TaskNotFound(RequestError):
    """No such task, for this tenant."""

    code = "not_found"


class NotFound(RequestError):
    """No such file or key, for this tenant."""

    code = "not_found"


class ResultNotReady(RequestError):
    """The task has not succeeded (yet)."""

    code = "result_not_ready"


class TooBusy(RequestError):
    """Admission is closed for now. `retry_after` is in seconds."""

    code = "too_busy"
    retry_after: float = 5.0
