"""The ways to the operator, and how one message goes all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from viperreport.channels.channel import Channel, Surroundings
from viperreport.channels.operator_file import OperatorFile
from viperreport.channels.operator_mail import OperatorMail
from viperreport.channels.screen import Screen
from viperreport.errors import ViperReportError
from viperreport.model.message import Message

# In this order. What is told is told to each; the file also keeps it for a day's repetitions.
CHANNELS: Mapping[str, Callable[[Surroundings], Channel]] = MappingProxyType(
    {
        "screen": lambda around: Screen(around.say),
        "file": lambda around: OperatorFile(around.state),
        "mail": lambda around: OperatorMail(around.route, around.is_ending),
    }
)


@dataclass(frozen=True, slots=True)
class AllChannels:
    """Every way to the operator; one that fails neither ends a run nor silences the others.

    Args:
        channels: by name.
        is_known: whether the same was told within a day.
    """

    channels: Mapping[str, Channel]
    is_known: Callable[[Message], bool]

    def told(self, message: Message) -> None:
        """Tell each of them, unless the same was told within a day."""
        if self.is_known(message):
            return
        failed = _told(self.channels, message)
        others = {name: each for name, each in self.channels.items() if name not in failed}
        for name, why in failed.items():
            lost = replace(message, about=f"channel {name}", said=why, step="")
            if not self.is_known(lost):
                _told(others, lost)


def all_channels(around: Surroundings) -> AllChannels:
    """Every channel of a home."""
    channels = {name: make(around) for name, make in CHANNELS.items()}
    return AllChannels(channels, OperatorFile(around.state).knows)


def _told(channels: Mapping[str, Channel], message: Message) -> dict[str, str]:
    """Tell channels; gives those that failed, and why."""
    failed = {}
    for name, channel in channels.items():
        try:
            channel.told(message)
        except ViperReportError as error:
            failed[name] = f"a message did not get there: {error}"
        except Exception as error:  # noqa: BLE001 - its words may hold what nobody should read
            failed[name] = f"a message did not get there: {type(error).__name__}"
    return failed
