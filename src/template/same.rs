//! Whether two nodes give the service the same.

use super::guard::Guard;
use super::sections::Template;
use super::shape::Scope;
use super::value::{Datum, Hole, Part, Text, Value};
use crate::syntax::{NodeId, Reading, ScalarType};

/// Nodes that are compared before two collections count as different.
const MAX_COMPARED: usize = 10_000;

impl Template<'_> {
    /// Whether two nodes are the same value, each in its surroundings: as text (`200` and `"200"`), whatever the order of their
    /// keys, functions evaluated. False where that depends on something that is not known.
    pub fn same(&self, (one, here): (NodeId, &Scope), (other, there): (NodeId, &Scope)) -> bool {
        self.tree().same(one, other) || self.same_values((one, here), (other, there), &mut MAX_COMPARED.clone())
    }

    fn same_values(&self, (one, here): (NodeId, &Scope), (other, there): (NodeId, &Scope), budget: &mut usize) -> bool {
        let (ones, others) = (self.values(one, here), self.values(other, there));
        let ([one], [other]) = (ones.as_slice(), others.as_slice()) else { return false };
        let Some(left) = budget.checked_sub(1) else { return false };
        *budget = left;
        // What a parameter happens to be is the same only as the same parameter.
        if one.causes != other.causes {
            return false;
        }
        match (&one.datum, &other.datum) {
            (Datum::Scalar(a, _), Datum::Scalar(b, _)) => {
                one.is_null() == other.is_null() && self.same_texts((one, a), (other, b))
            }
            (Datum::Mapping(a), Datum::Mapping(b)) => self.same_entries((*a, here), (*b, there), budget),
            (Datum::Sequence(a), Datum::Sequence(b)) => {
                let (a, b) = (self.items(*a, here), self.items(*b, there));
                let mut pairs = a.items.iter().zip(&b.items);
                let known = !a.open && !b.open && a.items.len() == b.items.len();
                known
                    && pairs.all(|(a, b)| {
                        unconditional(&a.scope.when, here)
                            && unconditional(&b.scope.when, there)
                            && self.same_values((a.node, &a.scope), (b.node, &b.scope), budget)
                    })
            }
            (Datum::Absent, Datum::Absent) => true,
            (
                Datum::Scalar(..) | Datum::Mapping(_) | Datum::Sequence(_) | Datum::List(_) | Datum::Absent | Datum::Unknown,
                _,
            ) => false,
        }
    }

    fn same_entries(&self, (one, here): (NodeId, &Scope), (other, there): (NodeId, &Scope), budget: &mut usize) -> bool {
        let (ones, others) = (self.entries(one, here), self.entries(other, there));
        let known = !ones.open && !others.open && ones.members.len() == others.members.len();
        known
            && ones.members.iter().all(|member| {
                let same = others
                    .get(&member.name)
                    .filter(|_| ones.members.iter().filter(|twin| twin.name == member.name).count() == 1);
                same.is_some_and(|same| self.same_values((member.value, &member.scope), (same.value, &same.scope), budget))
            })
    }

    fn same_texts(&self, (one, a): (&Value, &Text), (other, b): (&Value, &Text)) -> bool {
        match (a.as_known(), b.as_known()) {
            (Some(a), Some(b)) => match (self.printed(one, a), self.printed(other, b)) {
                (Some(a), Some(b)) => a == b,
                (None, _) | (_, None) => false,
            },
            (None, None) => a == b && a.parts().all(|part| !matches!(part, Part::Hole(Hole::Other))),
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// The text that becomes of a scalar; `None` where readers of YAML do not agree.
    fn printed(&self, value: &Value, text: &str) -> Option<String> {
        match self.tree().reads_otherwise(value.node) {
            Some(Reading::Bool(read)) => Some(read.to_string()),
            Some(Reading::Number(read)) => Some(read),
            Some(Reading::LeadingZero) => None,
            None => Some(match &value.datum {
                Datum::Scalar(_, ScalarType::Bool) => text.to_ascii_lowercase(),
                Datum::Scalar(..)
                | Datum::Mapping(_)
                | Datum::Sequence(_)
                | Datum::List(_)
                | Datum::Absent
                | Datum::Unknown => text.to_owned(),
            }),
        }
    }
}

/// Whether nothing more is assumed than around the list.
fn unconditional(when: &Guard, scope: &Scope) -> bool {
    *when == scope.when
}
