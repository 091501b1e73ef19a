"""What an operator is offered: every action of a central system with its official schema."""

import jsonschema_rs

from chargedeck.chargers.ocpp16.actions import FROM_DEVICE, TO_DEVICE
from chargedeck.chargers.ocpp16.operator import operator_actions


def test_the_catalogue() -> None:
    catalogue = operator_actions()
    assert set(catalogue) == TO_DEVICE
    assert catalogue["Reset"]["properties"]["type"]["enum"] == ["Hard", "Soft"]
    for schema in catalogue.values():
        jsonschema_rs.validator_for(dict(schema))


def test_only_data_transfer_goes_both_ways() -> None:
    assert {"DataTransfer"} == FROM_DEVICE & TO_DEVICE
