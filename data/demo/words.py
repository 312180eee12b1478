"""What the partners in Merrelhaven agreed that their words mean: ``definitions.csv``."""

from __future__ import annotations

from network import Rows

PAPERS = {
    "A": "RAN LOCAL, Local Action Plan Academy (2017)",
    "B": "RAN YF&C, Strengthening community resilience (2017)",
    "C": "RAN policy paper, Developing a local prevent framework (2016)",
    "D": "RAN LOCAL, Local authorities and schools (2017)",
}
"""Where the terms come from; the wording is the partners' own."""

# term | meaning here | papers | everyday word
_TERMS = """
radicalisation | a process in which someone comes to accept violence as a means for a cause; no fixed path | C | losing one's way
extremism | rejecting others' equal rights and the democratic order; views alone are no concern here | C | hostile ideas
violent extremism | using, threatening or supporting violence for a cause, of any colour | AC | politically motivated violence
forms | right-wing, left-wing, religiously inspired, single-issue, mixed; all are looked at | A | all kinds
polarisation | people sort into “us” and “them” and stop talking; not itself extremism | B | drifting apart
silent middle | the many who take no side; strengthening them cools tension | B | the quiet majority
tension | friction between groups that people feel, see or foresee | B | unease
community resilience | what helps people withstand, talk through and recover from division | B | holding together
risk factor | a condition or behaviour that goes together with more trouble, without causing it in a person | A | what weighs on us
protective factor | a condition that lowers risk or helps despite it | A | what holds us
behaviour, not identity | what people do may matter; what they are never does | A | deeds, not origin
bridge builder | someone trusted on several sides who links them | B | go-between
safe space | a place, people and rules that let hard things be said | B | a place to talk
acknowledgement | authorities see, hear and answer people | B | being taken seriously
credible information | sources local people can check and trust | B | news you can rely on
alternative narrative | showing what we stand for, rather than arguing against | C | our own story
general prevention | for everyone: skills, belonging, participation | AC | strengthening all
specific prevention | for groups or persons with clear worrying signs | AC | early help
individual prevention | for persons active in violent circles: support to leave | AC | a way out
local situation picture | shared, dated, revised view of risks and strengths by district | AC | where we stand
multi-agency work | services keep their tasks and act together when needed | C | working together
formal, informal network | employed professionals; residents and communities | A | services; neighbours
sociogram | drawing of who works with whom, and how | A | network map
information-sharing agreement | signed rules: why, what, who, when, what happens next | ACD | sharing rules
helpline, hotline | helpline advises callers; hotline receives reports; never mixed | C | advice line
school contact person | the one whom schools can call, also when nothing is wrong | D | our contact
mentor | trained person at someone's side for a limited time | C | companion
output, outcome | what was done; what changed for people | B | work; effect
yesterday, today, tomorrow | which kind of extremism we faced, face, may face | A | before, now, next
safeguarding | protecting people from harm, whatever its source | A | looking after each other
not assessed | nothing can be said, with the reason; not “fine” | | we don't know
small-number protection | hiding counts that could point to someone | | protecting people
stigmatisation | a label that sticks to people or places | B | a bad name
"""


def definitions() -> Rows:
    """Rows of ``definitions.csv``."""
    rows: Rows = []
    for line in _TERMS.strip().splitlines():
        term, meaning, papers, everyday = (cell.strip() for cell in line.split("|"))
        rows.append(
            {
                "term": term,
                "meaning": meaning,
                "everyday_word": everyday,
                "source": "; ".join(PAPERS[paper] for paper in papers),
            }
        )
    return rows
