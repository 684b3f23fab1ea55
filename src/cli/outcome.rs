//! Exit codes.

/// How a run ended; the highest that applies is the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// Nothing is left that matters.
    Clean,
    /// Findings are left.
    Findings,
    /// Wrong usage.
    Usage,
    /// Something could not be read or written, or is no template.
    Unreadable,
    /// A defect of this program.
    Internal,
}

impl Outcome {
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Unreadable => 3,
            Self::Internal => 4,
        }
    }
}
