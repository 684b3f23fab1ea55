//! What went wrong, so that one run shows all of it.

#[derive(Default)]
pub(crate) struct Failures(Vec<String>);

impl Failures {
    pub(crate) fn add(&mut self, name: &str, what: impl AsRef<str>) {
        self.0.push(format!("{name}: {}", what.as_ref()));
    }

    pub(crate) fn report(self) {
        assert!(self.0.is_empty(), "\n\n{}\n\n{} failures\n", self.0.join("\n\n"), self.0.len());
    }
}
