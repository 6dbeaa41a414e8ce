"""The clerk at the import pages, as a browser would send it."""

from __future__ import annotations

import io
import re
from html import unescape
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from pointsvc.extensions import db
from pointsvc.imports.models import ImportRow
from pointsvc.imports.queries import RunFacts, get_row, get_run
from pointsvc.kernel.ids import new_id
from tests.support.cast import Person, sign_in_cookie


class Desk:
    """Uploads, corrects and commits for one person."""

    def __init__(self, client: FlaskClient, person: Person) -> None:
        self.client = client
        self.community_id = person.community_id
        sign_in_cookie(client, person)

    def upload(
        self, data: bytes, name: str = "book.xlsx", run_id: UUID | None = None
    ) -> TestResponse:
        """Send a file."""
        form = {"run_id": str(run_id or new_id()), "file": (io.BytesIO(data), name)}
        return self.client.post("/imports", data=form)

    def read(self, data: bytes) -> UUID:
        """Send a file that is read; its run."""
        answer = self.upload(data)
        assert answer.status_code == 303, shown(answer)
        return UUID(answer.location.split("/imports/")[1][:36])

    def commit(self, run_id: UUID) -> TestResponse:
        """Write it."""
        return self.client.post(f"/imports/{run_id}/commit")

    def row(self, run_id: UUID, number: int) -> UUID:
        """The id of a row of the run by its number."""
        wanted = select(ImportRow.id).where(ImportRow.run_id == run_id, ImportRow.row == number)
        return db.session.scalars(wanted).one()

    def retry(self, run_id: UUID, number: int, **cells: str) -> TestResponse:
        """Correct a row by its headings, and try it again."""
        row_id = self.row(run_id, number)
        assert self.community_id is not None
        labels = list(get_row(self.community_id, run_id, row_id).cells)
        form = {f"cell_{labels.index(label)}": text for label, text in cells.items()}
        return self.client.post(f"/imports/{run_id}/rows/{row_id}", data=form)

    def run(self, run_id: UUID) -> RunFacts:
        """The run as it stands."""
        assert self.community_id is not None
        db.session.rollback()
        return get_run(self.community_id, run_id)

    def page(self, run_id: UUID) -> str:
        """The run's page as words."""
        return shown(self.client.get(f"/imports/{run_id}"))


def shown(answer: TestResponse) -> str:
    """The words of a page, without the tags."""
    text = re.sub(r"<(script|style).*?</\1>", "", answer.get_data(as_text=True), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())
