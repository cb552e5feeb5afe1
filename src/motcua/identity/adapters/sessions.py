"""Where sessions lie: under the digest of their key, so that who reads the table can enter none of them.

What a session says is signed together with its key: copied into another session it says nothing.
"""

import hashlib

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db.models.functions import Now

LENGTH = 40  # characters of the column, 160 bits


class SessionStore(db.SessionStore):
    """Django's sessions in the database, with digests in place of the keys that browsers hold."""

    @property
    def key_salt(self) -> str:
        """Return what a session is signed with beside the secret of the site: its own key."""
        return f"motcua.sessions.{digest(self.session_key or '')}"

    def exists(self, session_key: str) -> bool:
        """Return whether there is a session under a key."""
        return super().exists(digest(session_key))

    def create_model_instance(self, data: dict[str, object]) -> AbstractBaseSession:
        """Return the row of this session."""
        row = super().create_model_instance(data)
        row.session_key = digest(self.session_key or "")
        return row

    def delete(self, session_key: str | None = None) -> None:
        """Delete this session, or the one under a key."""
        named = session_key or self.session_key
        if named:
            self.model.objects.filter(session_key=digest(named)).delete()

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        rows = self.model.objects.filter(
            session_key=digest(self.session_key or ""), expire_date__gt=Now()
        )
        found = rows.first()
        if found is None:
            self._session_key = None
        return found


def digest(session_key: str) -> str:
    """Return under what a session lies in the database."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:LENGTH]
