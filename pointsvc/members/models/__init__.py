"""The tables of people: members, households, cards, consent, sign-in."""

from pointsvc.members.models.cards import Card, CodeNumber
from pointsvc.members.models.consents import Consent
from pointsvc.members.models.covers import Insurance, Training
from pointsvc.members.models.emails import EmailProof
from pointsvc.members.models.erasures import ErasureRequest
from pointsvc.members.models.people import Household, HouseholdMembership, Member
from pointsvc.members.models.person_requests import PersonRequest
from pointsvc.members.models.second_steps import RecoveryCode, SecondStep
from pointsvc.members.models.sign_ins import (
    Credential,
    FirstSignIn,
    Operator,
    PhoneEntry,
    SignIn,
    Throttle,
)
from pointsvc.members.models.wishes import MessageWish

__all__ = [
    "Card",
    "CodeNumber",
    "Consent",
    "Credential",
    "EmailProof",
    "ErasureRequest",
    "FirstSignIn",
    "Household",
    "HouseholdMembership",
    "Insurance",
    "Member",
    "MessageWish",
    "Operator",
    "PersonRequest",
    "PhoneEntry",
    "RecoveryCode",
    "SecondStep",
    "SignIn",
    "Throttle",
    "Training",
]
