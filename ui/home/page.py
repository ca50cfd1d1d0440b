"""Home: of the site for whoever oversees others, of oneself for everybody else."""

from __future__ import annotations

from app.domain.rights import READERS
from ui.desk import Desk
from ui.home.mine import MyHome
from ui.home.site import SiteHome
from ui.page import Page


def page(desk: Desk) -> Page:
    """The page for the roles of whoever is signed in."""
    return SiteHome(desk) if desk.session.roles & READERS else MyHome(desk)
