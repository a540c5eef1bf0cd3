"""The scorers: hand-made labels with scores that can be worked out on paper."""

from __future__ import annotations

import re

import pytest

from privlex.evaluate import score_codebook, score_public
from privlex.evaluate.gold import read_gdpr_transparency_200, read_opp115, read_piextract, read_policyie
from privlex.evaluate.gold.records import GoldMention, GoldPractice, Place
from privlex.evaluate.intervals import scores_of
from privlex.evaluate.score_codebook import Comparison, Labels, matched_practices
from privlex.evaluate.score_public import PublicSpan
from tests.evaluate import samples

# --------------------------------------------------------------------------- the codebook's scores


def said(marked: str, *practices: str) -> tuple[str, Labels]:
    """Labels of a marked text: ``We log [visits|a:data:online_activity]``.

    Practices as ``collect affirmed a for c to b if CONDITION``, the condition being a piece of the text.
    """
    text, mentions, end = "", [], 0
    for mark in re.finditer(r"\[([^\]|]+)\|(\w+):(\w+):(\w+)\]", marked):
        text += marked[end:mark.start()]
        place = Place(len(text), len(text) + len(mark[1]))
        mentions.append(GoldMention(id=mark[2], kind=mark[3], category=mark[4], quote=mark[1], place=place, block=0))
        text, end = text + mark[1], mark.end()
    text += marked[end:]
    made = []
    for line in practices:
        body, _, condition = line.partition(" if ")
        action, polarity, *words = body.split()
        slots: dict[str, list[str]] = {"data": [], "for": [], "to": []}
        slot = "data"
        for word in words:
            slot = word if word in slots else slot
            if word not in slots:
                slots[slot].append(word)
        at = text.index(condition) if condition else 0
        made.append(GoldPractice(
            block=0, action=action, polarity=polarity, data=tuple(slots["data"]), purposes=tuple(slots["for"]),
            recipients=tuple(slots["to"]), condition=condition or None,
            condition_place=Place(at, at + len(condition)) if condition else None,
        ))
    return text, Labels(tuple(mentions), tuple(made))


def scores(found: Labels, gold: Labels) -> dict[str, float]:
    made = scores_of([score_codebook.counts(found, gold)], score_codebook.formulas())
    return {name: score["value"] for name, score in made.items()}


GOLD = said(
    "When you order, we collect your [name|n:data:contact] and [e-mail address|e:data:contact] to "
    "[ship parcels|s:purpose:basic_service], and give the [name|m:data:contact] to "
    "[couriers|c:party:service_provider].",
    "collect affirmed n e for s if When you order", "share affirmed m to c",
)[1]


def test_gold_against_itself_is_perfect():
    perfect = scores(GOLD, GOLD)
    absent = {"role_f1_use", "role_f1_retain", "role_f1_denied"}  # nothing of these in the text: 0, as in seqeval
    assert {name for name, value in perfect.items() if value != 1.0} == absent


def test_nothing_found():
    assert set(scores(Labels((), ()), GOLD).values()) == {0.0}


def test_partial_categories_links_and_claims():
    found = said(
        "When you order, we collect [your name|n:data:contact] and e-mail address to "
        "[ship parcels|s:purpose:marketing], and give the [name|m:data:contact] to "
        "[couriers|c:party:service_provider].",
        "collect affirmed n for s", "share denied m to c",
    )[1]
    got = scores(found, GOLD)
    # Found: 2 data, 1 purpose, 1 party; gold: 3 data, 1 purpose, 1 party. "your name" is not exact.
    assert got["exact_f1_data"] == pytest.approx(2 * 1 / (2 + 3)) and got["partial_f1_data"] == pytest.approx(2 * 2 / 5)
    assert got["exact_f1_micro"] == pytest.approx(2 * 3 / (4 + 5), abs=1e-6)
    assert got["category_accuracy"] == 0.75 and got["category_accuracy_purpose"] == 0.0
    assert got["link_f1_data_purpose"] == pytest.approx(2 * 1 / (1 + 2), abs=1e-6), "(name, ship), not (e-mail, ship)"
    assert got["link_f1_data_recipient"] == 1.0
    # Claims: collect contact is right; denied sharing of contact, marketing, and denial to providers are wrong.
    assert got["claim_f1"] == pytest.approx(2 * 1 / (4 + 4)) and got["claim_f1_party"] == 0.0
    assert got["polarity_accuracy"] == 0.5 and got["practice_recall"] == 1.0
    assert got["condition_recall"] == 0.0


def test_claims_are_de_duplicated():
    _, twice = said("[name|a:data:contact], [phone|b:data:contact]", "collect affirmed a b", "collect affirmed b")
    assert score_codebook.claims(twice)["data"] == {("collect", "affirmed", "contact")}


def test_recipients_of_a_collect_practice_make_no_claim():
    _, source = said("[name|a:data:contact] from [partners|p:party:business_partner]", "collect affirmed a to p")
    assert score_codebook.claims(source)["party"] == set()


def test_a_denial_and_its_exception_are_told_apart_by_the_condition():
    marked = "We do not share [names|a:data:contact] unless you agree."
    _, gold = said(marked, "share denied a", "share affirmed a if you agree")
    _, found = said(marked, "share affirmed a if you agree", "share denied a")
    pairs = matched_practices(Comparison(found, gold))
    assert len(pairs) == 2 and all(ours.polarity == theirs.polarity for ours, theirs in pairs)


def test_mentions_of_another_kind_do_not_match():
    _, gold = said("[advertisers|a:party:advertiser]", "share affirmed to a")
    _, found = said("[advertisers|a:data:other]", "share affirmed a")
    assert scores(found, gold)["partial_f1_micro"] == 0.0


# --------------------------------------------------------------------------- PI-Extract


@pytest.mark.parametrize(("found", "hit"), [
    pytest.param([("COLLECT", 7, 18)], 1, id="the same words"),
    pytest.param([("COLLECT", 8, 15)], 1, id="a part of a token is the token"),
    pytest.param([("COLLECT", 12, 18)], 0, id="one token short"),
    pytest.param([("SHARE", 7, 18)], 0, id="another label"),
    pytest.param([("COLLECT", 7, 11), ("COLLECT", 12, 18)], 0, id="two for one"),
])
def test_piextract_counts(tmp_path, found, hit):
    sentence = read_piextract(samples.write_piextract(tmp_path))[0]
    counts = score_public.piextract_counts(sentence, [PublicSpan(*span) for span in found])
    assert counts["hit COLLECT"] == hit and counts["gold COLLECT"] == 1
    assert sum(counts[f"found {label}"] for label in score_public.LABELS) == len(found)


def test_piextract_mean_is_of_the_four_labels():
    counts = {"hit COLLECT": 1, "found COLLECT": 1, "gold COLLECT": 1, "gold SHARE": 1, "found NOT_SHARE": 1,
              "gold NOT_COLLECT": 2}
    got = scores_of([counts], score_public.piextract_formulas())
    assert got["f1_mean"]["value"] == 0.25 and got["f1_COLLECT"]["value"] == 1.0


# --------------------------------------------------------------------------- OPP-115


def test_opp115_against_each_annotator_beside_their_agreement(tmp_path):
    segments = read_opp115(samples.write_lines(tmp_path / "a.jsonl", samples.OPP_ROWS))
    at = samples.OPP_TEXT.index("e-mail address")
    found = [[PublicSpan("data", at, at + 14), PublicSpan("Purpose", 35, 48)], []]
    counts = score_public.opp115_counts(segments, found)
    got = {k: v["value"] for k, v in scores_of([counts], score_public.opp115_formulas()).items()}
    # a marked "e-mail address" (14 characters), b "your e-mail" (11, 6 of them shared with a's).
    assert got["overlap_f1_data"] == 1.0 and got["exact_f1_data"] == 0.5
    assert got["character_f1_data"] == pytest.approx(2 * (14 + 6) / (2 * 14 + 14 + 11), abs=1e-6)
    assert got["annotators_overlap_f1_data"] == 1.0 and got["annotators_exact_f1_data"] == 0.0
    assert got["annotators_character_f1_data"] == pytest.approx(2 * 6 / 25)
    assert got["overlap_f1_purpose"] == 0.0, "found under the set's own name of the kind, marked by nobody"
    assert counts["agreement party gold"] == 1, "one annotator saw a party, the other did not"


def test_opp115_unspecified_text_is_left_out(tmp_path):
    rows = [{**samples.OPP_ROWS[0], "practices": [
        samples.opp_practice("1", "a", ("Personal Information Type", "Unspecified", "Partners see it"))
    ]}]
    (segment,) = read_opp115(samples.write_lines(tmp_path / "a.jsonl", rows))
    assert score_public.opp115_spans(segment, "a", "data") == []


def test_opp115_annotators_agree_as_measured_before(shared):
    """0.6 to 0.7 under any overlap, 0.1 to 0.2 exactly: the known figures, so we read the marks as they were read."""
    segments = read_opp115(shared / "annotated" / "opp115")
    nobody = [[] for _ in segments]
    policies = score_public.by_policy(segments)
    units = [score_public.opp115_counts([segments[i] for i in at], [nobody[i] for i in at]) for at in policies.values()]
    got = scores_of(units, score_public.opp115_formulas(), resamples=2)
    for measure, figures in (("overlap", (0.63, 0.69, 0.61)), ("exact", (0.20, 0.11, 0.16))):
        for kind, figure in zip(score_public.KINDS, figures, strict=True):
            assert got[f"annotators_{measure}_f1_{kind}"]["value"] == pytest.approx(figure, abs=0.01)


# --------------------------------------------------------------------------- GDPR-Transparency-200


@pytest.mark.parametrize(("span", "exact", "found"), [
    pytest.param((0, 9), 1, 1, id="the whole phrase"),
    pytest.param((0, 43), 0, 1, id="over a gapped one and a whole one"),
    pytest.param((39, 43), 0, 0, id="inside the gapped phrase alone: neither right nor wrong"),
    pytest.param((60, 70), 0, 1, id="elsewhere"),
])
def test_gdpr_gapped_phrases_count_neither_way(tmp_path, span, exact, found):
    passages = read_gdpr_transparency_200(samples.write_lines(tmp_path / "a.jsonl", samples.GDPR_ROWS))
    counts = score_public.gdpr_counts(passages, [[PublicSpan("data", *span)]])
    assert (counts["data exact"], counts["data found"], counts["data gold"]) == (exact, found, 1)
    assert (counts["gapped data exact"], counts["gapped data found"], counts["gapped data gold"]) == (exact, 1, 2)
    assert counts["party gold"] == 0, "a phrase that is not in the passage cannot be found"


# --------------------------------------------------------------------------- PolicyIE


def test_policyie_kinds_and_links(tmp_path):
    (document,) = read_policyie(samples.write_brat(tmp_path))
    gold = score_public.policyie_gold(document)
    address, couriers, deliver = Place(22, 29), Place(33, 41), Place(45, 60)
    assert gold.spans == {"data": [address], "purpose": [deliver], "party": [couriers]}
    assert gold.receivers == {(address, couriers)} and gold.purposes == {(address, deliver)}


def test_policyie_links_need_both_ends(tmp_path):
    (document,) = read_policyie(samples.write_brat(tmp_path))
    gold = score_public.policyie_gold(document)
    mine = score_public.LinkedSpans(
        {"data": [Place(17, 29)], "purpose": [], "party": [Place(33, 41), Place(45, 52)]},
        {(Place(17, 29), Place(33, 41)), (Place(17, 29), Place(45, 52))}, set(),
    )
    counts = score_public.policyie_counts(mine, gold)
    assert [counts[f"link data_receiver {x}"] for x in ("hit", "found", "gold")] == [1, 2, 1]
    assert [counts[f"link data_purpose {x}"] for x in ("hit", "found", "gold")] == [0, 0, 1]
