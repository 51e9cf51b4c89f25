"""What learns when, and how fast: ``phase`` of ``train`` and ``learning_rate`` of ``optimize``, by the network's layers."""

from __future__ import annotations

from collections.abc import Sequence

from zoodsl.catalog.operator import Optimizer
from zoodsl.catalog.values import Share
from zoodsl.diagnostics import Diagnostics, Label
from zoodsl.diagnostics.rules import bases as rules
from zoodsl.diagnostics.rules import statements as statement_rules
from zoodsl.diagnostics.rules import surgery as surgery_rules
from zoodsl.diagnostics.rules import values as value_rules
from zoodsl.model.nodes import Network, Operation, Phase, RateShare
from zoodsl.semantics.arguments import origin
from zoodsl.semantics.conversion import Slot, convert
from zoodsl.semantics.evaluation import evaluate
from zoodsl.semantics.optimize import duration
from zoodsl.semantics.scope import Scope
from zoodsl.semantics.selection import Layers, Piece, is_selection, pieces, select
from zoodsl.semantics.settings import wrong_form
from zoodsl.semantics.surgery import learns
from zoodsl.semantics.train import TrainDraft
from zoodsl.source import Span
from zoodsl.syntax.nodes import Expression, Setting
from zoodsl.types import Unit

PHASE = 'phase freeze all for 3 epochs then unfreeze "res5*" for 5 epochs'
SHARE = 'learning_rate 10% for "res5*", "bn5*"'


def _layers(network: Network) -> Layers:
    """The layers of the whole network; ``all`` are those that come from bases."""
    whole = frozenset(layer.name for layer in network.layers if layer.base is not None)
    return Layers(network, whole, "the network")


# --- phases


def resolve_phases(train: TrainDraft, network: Network, scope: Scope) -> tuple[Phase, ...] | None:
    """The phases of training, none where ``train`` says none; None after a report.

    Each begins with what is frozen in the one before, the first with what the bases freeze.
    """
    if train.phase is None:
        if _check_learning(network, network.frozen, None, scope.diagnostics):
            _check_fresh(network, (), scope.diagnostics)
        return ()
    frozen = network.frozen
    phases: list[Phase] = []
    written = _parts(train.phase)
    for number, part in enumerate(written, 1):
        phase = _phase(part, frozen, network, train.phase, scope, last=number == len(written))
        if phase is None:
            return None
        if part[0].word == "unfreeze" and phase.frozen == frozen:
            scope.diagnostics.report(
                surgery_rules.NO_EFFECT,
                phase.span,
                "nothing of this is frozen before",
                help="freeze it in the phase before, or leave this phase out",
            )
        frozen = phase.frozen
        phases.append(phase)
    good = [_check_learning(network, phase.frozen, phase.span, scope.diagnostics) for phase in phases]
    if not train.phases_whole or not _fills(phases, train, scope.diagnostics) or not all(good):
        return None
    _check_fresh(network, phases, scope.diagnostics)
    return tuple(phases)


def _parts(setting: Setting) -> list[tuple[Piece, ...]]:
    """The pieces of each phase, which ``then`` divides."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces(setting):
        if piece.word == "then":
            parts.append([] if piece.value is None else [piece])
        else:
            parts[-1].append(piece)
    return [tuple(part) for part in parts]


def _phase(
    part: tuple[Piece, ...],
    before: frozenset[str],
    network: Network,
    setting: Setting,
    scope: Scope,
    *,
    last: bool,
) -> Phase | None:
    length: Expression | None = None
    if len(part) > 1 and part[-1].word == "for" and part[-1].value is not None:
        part, length = part[:-1], part[-1].value
    if not part or part[0].word not in ("freeze", "unfreeze"):
        wrong_form(setting, PHASE, scope)
        return None
    selection = _selection(part)
    if not is_selection(selection):
        wrong_form(setting, PHASE, scope)
        return None
    span = part[0].span.to(part[-1].span if length is None else length.span)
    epochs = None if length is None else duration(length, "a phase's length", (Unit.EPOCH,), scope)
    names = select(selection, _layers(network), scope)
    if names is None or (length is not None and epochs is None):
        return None
    if length is None and not last:
        scope.diagnostics.report(
            rules.PHASE_LENGTHS,
            span,
            "this phase runs to the end of training, so that the next one never begins",
            help="say how long it takes: `for 5 epochs`",
        )
        return None
    frozen = before | names if part[0].word == "freeze" else before - names
    return Phase(span=span, frozen=frozen, epochs=None if epochs is None else int(epochs.value))


def _selection(part: Sequence[Piece]) -> tuple[Piece, ...]:
    """What follows the first word: its own value, if it has one, is the first pattern."""
    first, *rest = part
    own = () if first.value is None else (Piece("", first.value, first.value.span),)
    return (*own, *rest)


def _check_learning(
    network: Network, frozen: frozenset[str], phase: Span | None, diagnostics: Diagnostics
) -> bool:
    """Whether something learns; a report where all that could is frozen, in a ``phase`` or throughout."""
    able = [layer for layer in network.layers if learns(layer)]
    if not able or any(layer.name not in frozen for layer in able):
        return True
    place = phase or next((base.span for base in network.bases), network.span)
    diagnostics.report(
        rules.NOTHING_LEARNS,
        place,
        f"nothing is left to train{' in this phase' if phase else ''}: all layers with weights are frozen",
        help="freeze less in it" if phase else "cut the base and add a head to it, or freeze less",
        labels=[Label(able[-1].span, "the last layer with weights")] if able[-1].span != place else (),
    )
    return False


def _throughout(network: Network, phases: Sequence[Phase]) -> frozenset[str]:
    """The layers that are frozen from the first epoch to the last."""
    return frozenset.intersection(*(phase.frozen for phase in phases)) if phases else network.frozen


def _check_fresh(network: Network, phases: Sequence[Phase], diagnostics: Diagnostics) -> None:
    """Reports the first layer that comes from no base and never learns: it stays as it was drawn."""
    frozen = _throughout(network, phases)
    layer = next(
        (each for each in network.layers if each.base is None and each.name in frozen and learns(each)), None
    )
    if layer is None:
        return
    in_a_base = layer.name in network.frozen
    diagnostics.report(
        rules.FRESH_FROZEN,
        layer.operation.span if in_a_base else phases[0].span,
        f"`{layer.name}` begins with weights drawn at random, and is frozen from the first epoch to the last",
        help=f'{"end the base with" if in_a_base else "unfreeze it in a later phase:"} `unfreeze "{layer.name}"`',
        labels=() if in_a_base else [Label(layer.span, "it comes from no base")],
    )


FORGETFUL = "Ftrl"
"""Computes weights anew from the sum of gradients, wherever they were."""


def check_forgetting(
    optimizer: Operation[Optimizer], network: Network, phases: Sequence[Phase], diagnostics: Diagnostics
) -> None:
    """Reports an optimizer that loses the weights of bases where it trains their layers."""
    frozen = _throughout(network, phases)
    lost = [layer for layer in network.layers if layer.base and learns(layer) and layer.name not in frozen]
    if optimizer.operator.name == FORGETFUL and lost:
        base = next(each for each in network.bases if each.name == lost[0].base)
        diagnostics.report(
            rules.FORGETFUL,
            optimizer.span,
            f"the first step of `{FORGETFUL}` forgets the pretrained weights that it trains, such as those of "
            f"`{lost[0].name}`",
            help="take another optimizer, or freeze the base throughout: `freeze all`",
            labels=[Label(base.span, "they come from here")],
        )


def _fills(phases: Sequence[Phase], train: TrainDraft, diagnostics: Diagnostics) -> bool:
    """Whether the phases take the epochs of the training, neither fewer nor more."""
    if train.epochs is None:
        return True
    lengths = [phase.epochs for phase in phases if phase.epochs is not None]
    total, open_end = sum(lengths), phases[-1].epochs is None
    if total < train.epochs if open_end else total == train.epochs:
        return True
    summed = f"{' + '.join(map(str, lengths))} = {total}" if len(lengths) > 1 else str(total)
    unit = "epoch" if total == 1 else "epochs"
    missing = train.epochs - total
    if open_end:
        message = f"the last phase begins after {summed} {unit}, when training has ended"
    else:
        message = f"the phases take {summed} {unit}, and training takes {train.epochs}"
    diagnostics.report(
        rules.PHASE_LENGTHS,
        phases[0].span.to(phases[-1].span),
        message,
        help=f"make the last one {missing} epoch{'s' if missing != 1 else ''} longer, or leave its `for` out: it then "
        "runs to the end"
        if missing > 0
        else f"shorten them, or train for longer: `epochs {total + open_end}`",
        labels=[Label(train.places["epochs"], f"training takes {train.epochs}")]
        if "epochs" in train.places
        else (),
    )
    return False


# --- learning rates


def resolve_shares(
    settings: Sequence[Setting], network: Network, phases: Sequence[Phase], scope: Scope
) -> tuple[RateShare, ...] | None:
    """The layers with learning rates of their own; None after a report. No layer is in two."""
    shares: list[RateShare] = []
    throughout = _throughout(network, phases)
    good = True
    for setting in settings:
        share = _share(setting, network, scope)
        if share is None:
            good = False
            continue
        twice = next((each for each in shares if each.layers & share.layers), None)
        if twice is not None:
            name = next(each.name for each in network.layers if each.name in twice.layers & share.layers)
            scope.diagnostics.report(
                rules.SHARED_TWICE,
                share.span,
                f"`{name}` has two learning rates",
                help="let the patterns name different layers",
                labels=[Label(twice.span, "the first one")],
            )
            good = False
        elif share.layers <= throughout:
            scope.diagnostics.report(
                rules.SHARE_OF_FROZEN,
                share.span,
                "these layers are frozen throughout, whatever their learning rate",
                help="leave this out, or unfreeze them in a phase",
                labels=_freezers(share, network, phases),
            )
        shares.append(share)
    return tuple(shares) if good else None


def _freezers(share: RateShare, network: Network, phases: Sequence[Phase]) -> list[Label]:
    """Where layers are frozen that never learn."""
    if phases:
        return [Label(phases[-1].span, "frozen to the end")]
    bases = {layer.base for layer in network.layers if layer.name in share.layers}
    return [Label(base.span, "this base freezes them") for base in network.bases if base.name in bases]


def _share(setting: Setting, network: Network, scope: Scope) -> RateShare | None:
    match pieces(setting):
        case [Piece(word="", value=written), Piece(word="for"), *_] if written is not None:
            selection = _selection(pieces(setting)[1:])
        case [Piece(word="")] if not scope.torn(setting.span):
            scope.diagnostics.report(
                statement_rules.WRONG_FORM,
                setting.span,
                "this does not say which layers have a learning rate of their own",
                help=f"it is written `{SHARE}`; the rate of all is the optimizer's: `Adam(learning_rate = 0.01)`",
            )
            return None
        case _:
            wrong_form(setting, SHARE, scope)
            return None
    if not is_selection(selection):
        wrong_form(setting, SHARE, scope)
        return None
    value = evaluate(written, scope)
    slot = Slot("`learning_rate`", written.span, scope, origin(written, scope))
    share = None if value is None else convert(value, Share(), slot)
    names = select(selection, _layers(network), scope)
    if share is None or names is None:
        return None
    if not share:
        slot.report(
            value_rules.OUT_OF_RANGE,
            "layers that learn at 0% do not learn",
            help="freeze them in their base, or in a phase of `train`",
        )
        return None
    layers = frozenset(layer.name for layer in network.layers if layer.name in names and learns(layer))
    return RateShare(span=setting.span, layers=layers, share=share)
