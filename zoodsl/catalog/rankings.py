"""Ranking metrics of recommendations: what a user turned to, among what was drawn at random.

The protocol is that of He et al. 2017, but that which row is held out is for the split to say, not always a user's last:

* of each user, one row of the judged part is taken, that with the least ``digest(seed, key)`` (``zoodsl.catalog.splits``)
  of those that are rated ``least`` or better; users without one are left out;
* beside its item stand ``negatives`` others that the user has not rated in any part, each item as likely: draw ``t = 0, 1,
  ...`` is number ``floor(u * n)`` of the ``n`` items that train, sorted, ``u`` being the position of
  ``digest(seed, f"{user}:{t}")``; items that were drawn before, or are rated, are passed over. All of them stand there, if
  there are not that many;
* all are ordered by the expected rating. Of equal ones, the user's item comes last: no rank is won by a tie.
"""

from __future__ import annotations

from zoodsl.catalog.operator import Parameter, Ranking
from zoodsl.catalog.values import Integer, Real

_PARAMETERS = (
    Parameter("k", Integer(minimum=1), default=10, doc="how many places count"),
    Parameter(
        "negatives",
        Integer(minimum=1),
        default=99,
        doc="how many items, which the user has not rated, the held-out one is ranked among",
        keyword_only=True,
    ),
    Parameter(
        "least",
        Real(),
        default=None,
        doc="the lowest rating of a held-out item; without it, every one counts, however it was rated",
        keyword_only=True,
    ),
)

OPERATORS = (
    Ranking(
        name="HitRatio",
        doc="The share of users whose held-out item is among the first `k`.",
        source="He et al., Neural Collaborative Filtering, WWW 2017, section 4.1",
        parameters=_PARAMETERS,
        old_names=("HR", "HitRate"),
    ),
    Ranking(
        name="NDCG",
        doc="The mean over users of `1 / log2(1 + rank)` of the held-out item, 0 where it is not among the first `k`.",
        source="He et al., Neural Collaborative Filtering, WWW 2017, section 4.1",
        parameters=_PARAMETERS,
        old_names=("NDCGAtK", "ndcg"),
    ),
)
"""Every ranking metric of the language."""
