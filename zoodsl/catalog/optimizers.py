"""Optimizers: names and defaults of Keras 3, less the parameters that BigDL cannot honour.

They mean what they do in Keras 3; where BigDL steps otherwise, what BigDL does, and ``doc`` says so.
"""

from __future__ import annotations

from zoodsl.catalog.operator import Optimizer, Parameter
from zoodsl.catalog.values import Boolean, Real

_POSITIVE = Real(minimum=0.0, minimum_open=True)
_DECAY = Real(minimum=0.0, maximum=1.0, maximum_open=True)

_CLIPPING = (
    Parameter(
        "clip_norm",
        _POSITIVE,
        default=None,
        doc="the largest L2 norm of all gradients together; longer ones are scaled down to it",
        keyword_only=True,
        old_names=("global_clipnorm",),
    ),
    Parameter(
        "clip_value",
        _POSITIVE,
        default=None,
        doc="the largest size of a single gradient entry; larger ones are cut to it",
        keyword_only=True,
        old_names=("clipvalue",),
    ),
)


def _learning_rate(default: float) -> Parameter:
    return Parameter(
        "learning_rate",
        _POSITIVE,
        default=default,
        doc="the size of a step; a schedule starts from it",
        old_names=("lr", "learningrate"),
    )


def _epsilon(default: float) -> Parameter:
    return Parameter("epsilon", _POSITIVE, default=default, doc="keeps the division from blowing up")


def _beta(number: int, default: float, what: str) -> Parameter:
    return Parameter(
        f"beta_{number}",
        _DECAY,
        default=default,
        doc=f"how much of the running {what} a step keeps",
        old_names=(f"beta{number}",),
    )


OPERATORS = (
    Optimizer(
        name="SGD",
        doc="Stochastic gradient descent, with momentum if wanted. Where a schedule changes the learning rate, kept "
        "steps take the new one, as in PyTorch; in Keras 3 they keep that which they were made at.",
        source="Keras 3 optimizers.SGD",
        parameters=(
            _learning_rate(0.01),
            Parameter("momentum", _DECAY, default=0.0, doc="how much of the last step is kept"),
            Parameter(
                "nesterov",
                Boolean(),
                default=False,
                doc="takes the gradient where the momentum leads; needs a momentum above 0",
            ),
            Parameter(
                "weight_decay",
                Real(minimum=0.0),
                default=None,
                doc="how much of each weight is added to its gradient, as in PyTorch. Keras 3 takes it, times the "
                "learning rate, from the weight, which is the same without momentum only",
                old_names=("weightdecay",),
            ),
            *_CLIPPING,
        ),
    ),
    Optimizer(
        name="Adam",
        doc="Steps by the running mean of the gradients over the root of that of their squares, both "
        "corrected for starting at zero.",
        source="Keras 3 optimizers.Adam",
        parameters=(
            _learning_rate(0.001),
            _beta(1, 0.9, "mean of the gradients"),
            _beta(2, 0.999, "mean of their squares"),
            _epsilon(1e-7),
            *_CLIPPING,
        ),
    ),
    Optimizer(
        name="Adamax",
        doc="Adam with the largest gradient so far, fading, in place of the root mean square. BigDL adds "
        "epsilon to the gradient's size, Keras 3 to the divisor: the same but for gradients near zero.",
        source="Keras 3 optimizers.Adamax",
        parameters=(
            _learning_rate(0.001),
            _beta(1, 0.9, "mean of the gradients"),
            _beta(2, 0.999, "largest gradient"),
            _epsilon(1e-7),
            *_CLIPPING,
        ),
    ),
    Optimizer(
        name="RMSprop",
        doc="Divides each gradient by the root of the running mean of its squares, plus epsilon. Keras 3 adds epsilon "
        "under the root, where 1e-7 counts as 3e-4: gradients below that step far less there.",
        source="Tieleman and Hinton 2012, with epsilon where PyTorch's optim.RMSprop has it",
        parameters=(
            _learning_rate(0.001),
            Parameter(
                "rho",
                _DECAY,
                default=0.9,
                doc="how much of the running mean of squares a step keeps",
                old_names=("decayrate",),
            ),
            _epsilon(1e-7),
            *_CLIPPING,
        ),
    ),
    Optimizer(
        name="Adagrad",
        doc="Divides each gradient by the root of the sum of all its squares so far, from 0 and with 1e-10 "
        "added. Keras 3 starts that sum at 0.1, so that its first steps are shorter.",
        source="Duchi, Hazan and Singer 2011, as BigDL has it",
        parameters=(_learning_rate(0.001), *_CLIPPING),
    ),
    Optimizer(
        name="Adadelta",
        doc="Divides each gradient by the root of the running mean of its squares and multiplies by that of "
        "the steps. It sets its own step size, so that the learning rate is 1 (Keras 3's default is 0.001).",
        source="Zeiler 2012; Keras 3 optimizers.Adadelta with learning_rate = 1",
        parameters=(
            Parameter(
                "learning_rate",
                Real(minimum=1.0, maximum=1.0),
                default=1.0,
                doc="always 1: the method has no step size to choose",
                old_names=("lr",),
            ),
            Parameter(
                "rho",
                _DECAY,
                default=0.95,
                doc="how much of the running means a step keeps",
                old_names=("decayrate",),
            ),
            _epsilon(1e-7),
            *_CLIPPING,
        ),
    ),
    Optimizer(
        name="Ftrl",
        doc="Follow the regularized leader: sparse weights for wide linear models.",
        source="Keras 3 optimizers.Ftrl with beta = 0",
        parameters=(
            _learning_rate(0.001),
            Parameter(
                "learning_rate_power",
                Real(maximum=0.0),
                default=-0.5,
                doc="how fast steps shrink; 0 keeps them",
                old_names=("learningrate_power",),
            ),
            Parameter(
                "initial_accumulator_value",
                Real(minimum=0.0),
                default=0.1,
                doc="where the sum of squared gradients starts",
            ),
            Parameter("l1_regularization_strength", Real(minimum=0.0), default=0.0, doc="penalty on sizes"),
            Parameter("l2_regularization_strength", Real(minimum=0.0), default=0.0, doc="penalty on squares"),
            Parameter(
                "l2_shrinkage_regularization_strength",
                Real(minimum=0.0),
                default=0.0,
                doc="penalty on squares that is told to the gradient; unlike in Keras 3, it is among the gradients "
                "whose squares are summed",
            ),
            *_CLIPPING,
        ),
    ),
)
"""Every optimizer of the language."""
