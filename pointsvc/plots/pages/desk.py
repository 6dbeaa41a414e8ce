"""The blueprint of the pages about plots."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("plots", __name__, url_prefix="/plots")
