//! Which settings hold for an input. What stands first wins: the command line, the nearest `cfn-igr.yaml`, the defaults.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use cfn_igr::Guard;
use cfn_igr::catalogue;
use cfn_igr::config::{Config, FailOn};
use cfn_igr::edit::Applicability;
use cfn_igr::engine::Options;
use cfn_igr::finding::{Category, Severity};
use cfn_igr::suppress::Date;
use cfn_igr::template::Inputs;
use clap::Args as ClapArgs;

use super::args::RulesToRun;
use super::config::{self, ConfigFile, Parameters, Search};
use super::discover::{self, FileArgs, Found};
use super::guard::{self, Problem};
use super::names;
use super::outcome::Outcome;
use super::streams::{Sink, Streams};

/// All rules, in a list of rules.
const ALL: &str = "all";

/// Settings on the command line.
#[derive(Debug, Default, ClapArgs)]
pub(crate) struct PolicyArgs {
    /// Run these rules and categories in place of those that the configuration selects
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) select: Vec<String>,

    /// Leave out these rules and categories, beside those that the configuration leaves out
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,

    /// Severity of a rule in place of its own (error, warning, info, off); may be repeated
    #[arg(long = "severity", value_name = "RULE=LEVEL", value_parser = severity)]
    pub(crate) severities: Vec<(String, Level)>,

    /// File with values of template parameters; may be repeated, later ones win, --parameter wins over all
    #[arg(long = "parameters", value_name = "FILE")]
    pub(crate) parameter_files: Vec<PathBuf>,

    /// Configuration in place of the cfn-igr.yaml that is nearest to each input
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,

    /// Read no cfn-igr.yaml
    #[arg(long)]
    pub(crate) no_config: bool,

    /// Also report what comments and Metadata suppress
    #[arg(long)]
    pub(crate) no_ignores: bool,
}

/// A severity, or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level(pub(crate) Option<Severity>);

fn severity(text: &str) -> Result<(String, Level), String> {
    let (rule, level) = text.split_once('=').ok_or("write it as RULE=LEVEL, as in missing-preflight=info")?;
    let level = match level {
        "error" => Some(Severity::Error),
        "warning" => Some(Severity::Warning),
        "info" => Some(Severity::Info),
        "off" => None,
        _ => return Err("the levels are error, warning, info and off".to_owned()),
    };
    Ok((rule.to_owned(), Level(level)))
}

/// What the command line says, of all commands that check.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) policy: &'a PolicyArgs,
    /// The rules that are named; none for a command that runs native rules alone.
    pub(crate) rules: Option<&'a RulesToRun>,
    pub(crate) parameters: &'a [(String, String)],
    /// A grade that is named.
    pub(crate) fix: Option<Applicability>,
    pub(crate) fail_on: Option<FailOn>,
}

/// What holds for an input.
#[derive(Debug)]
pub(crate) struct Policy {
    options: Options,
    /// Values for one template only, by its path from the root of the repository.
    scoped: Vec<Parameters>,
    /// The grade of fixes.
    pub(crate) fix: Applicability,
    fail_on: FailOn,
    /// The file that says so, if there is one.
    pub(crate) file: Option<Arc<ConfigFile>>,
}

/// What holds for each input.
#[derive(Debug)]
pub(crate) struct Policies {
    /// By folder, as it was named.
    by_folder: BTreeMap<PathBuf, Arc<Policy>>,
    /// For standard input.
    here: Arc<Policy>,
    /// What is wrong with files of Guard rules, which are left out.
    problems: Vec<Problem>,
}

impl Policy {
    /// The baseline that the configuration names.
    pub(crate) fn baseline(&self) -> Option<PathBuf> {
        let file = self.file.as_ref()?;
        file.config.baseline.as_ref().map(|name| file.relative(name))
    }

    /// Whether findings of these severities make the run fail.
    pub(crate) fn fails(&self, mut severities: impl Iterator<Item = Severity>) -> bool {
        match self.fail_on {
            FailOn::Severity(least) => severities.any(|severity| severity >= least),
            FailOn::Never => false,
        }
    }

    /// The options for an input.
    pub(crate) fn options(&self, found: &Found) -> Cow<'_, Options> {
        let path = match found {
            Found::Named(path) | Found::Walked(path) => Some(path),
            Found::Stdin | Found::Unreadable(..) => None,
        };
        let is_meant = |scoped: &&Parameters| match (&scoped.template, path) {
            (Some(template), Some(path)) => is_path_to(template, path),
            (None, _) | (Some(_), None) => true,
        };
        if self.scoped.is_empty() {
            return Cow::Borrowed(&self.options);
        }
        let mut parameters: BTreeMap<String, String> = BTreeMap::new();
        for scoped in self.scoped.iter().filter(is_meant) {
            parameters.extend(scoped.values.clone());
        }
        Cow::Owned(Options { inputs: Inputs { parameters }, ..self.options.clone() })
    }
}

/// Whether a file is the one at this place below the root of its repository.
fn is_path_to(template: &Path, path: &Path) -> bool {
    let absolute = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    absolute.ends_with(template.strip_prefix(".").unwrap_or(template))
}

impl Policies {
    /// Finds what holds for all inputs.
    ///
    /// # Errors
    /// What to say about settings that make no sense.
    pub(crate) fn new(asked: Asked<'_>, found: &[Found]) -> Result<Self, String> {
        let mut problems: Vec<Problem> = Vec::new();
        let mut search = Search::new(asked.policy)?;
        let mut known: BTreeMap<Option<PathBuf>, Arc<Policy>> = BTreeMap::new();
        let mut policy_of = |folder: &Path, search: &mut Search| -> Result<Arc<Policy>, String> {
            let file = search.nearest(folder)?;
            let key = file.as_ref().map(|file| file.path.clone());
            if let Some(policy) = known.get(&key) {
                return Ok(Arc::clone(policy));
            }
            let (guard, wrong) = guard_of(asked, file.as_deref());
            let own = |file: &ConfigFile| asked.rules.is_none() && !file.config.guard.rules.is_empty();
            // Of rules that were not read, or not all of them, nobody knows the names.
            if let Some(file) = file.as_deref().filter(|file| wrong.is_empty() && !own(file)) {
                file.check_names(&guard)?;
            }
            // Two configurations can name one file.
            problems.extend(
                wrong
                    .into_iter()
                    .filter(|wrong| problems.iter().all(|known| known.message != wrong.message))
                    .collect::<Vec<_>>(),
            );
            let policy = Arc::new(policy(asked, file, guard)?);
            known.insert(key, Arc::clone(&policy));
            Ok(policy)
        };
        let here = policy_of(Path::new(""), &mut search)?;
        let mut by_folder: BTreeMap<PathBuf, Arc<Policy>> = BTreeMap::new();
        for folder in found.iter().filter_map(folder_of) {
            if !by_folder.contains_key(folder) {
                by_folder.insert(folder.to_path_buf(), policy_of(folder, &mut search)?);
            }
        }
        Ok(Self { by_folder, here, problems })
    }

    /// The name of a rule on the command line that there is not.
    fn unknown_name<'n>(&self, asked: Asked<'n>) -> Option<&'n String> {
        let (only, also) = asked.rules.map_or((&[][..], &[][..]), |rules| (&rules.only, &rules.also));
        let is_guard = |name: &str| self.all().any(|policy| policy.options.guard.has(name));
        let is_rule = |name: &str| catalogue::find(name).is_some() || is_guard(name);
        let known = known_names();
        let lists = asked
            .policy
            .select
            .iter()
            .chain(&asked.policy.ignore)
            .chain(asked.policy.severities.iter().map(|(rule, _)| rule));
        let rules =
            only.iter().find(|name| !is_rule(name)).or_else(|| also.iter().find(|name| !is_rule(name) && *name != ALL));
        rules.or_else(|| lists.into_iter().find(|name| !known.contains(&name.as_str()) && !is_guard(name)))
    }

    /// What to say of a name that there is not.
    fn told_of_unknown(&self, name: &String, asked: Asked<'_>) -> String {
        let only = asked.rules.is_some_and(|rules| rules.only.contains(name));
        if only && Category::ALL.iter().any(|category| category.as_str() == name) {
            return format!("error: {name} is a category: use --select {name}\n");
        }
        let own: Vec<_> = self.all().flat_map(|policy| policy.options.guard.names()).collect();
        names::unknown_rule(name, &own)
    }

    fn all(&self) -> impl Iterator<Item = &Policy> {
        self.by_folder.values().chain([&self.here]).map(Arc::as_ref)
    }

    /// Whether the same options hold for two inputs.
    pub(crate) fn are_alike(&self, one: &Found, other: &Found) -> bool {
        let (one, other) = (self.of(one), self.of(other));
        std::ptr::eq(one, other) && one.scoped.iter().all(|scoped| scoped.template.is_none())
    }

    /// What holds for an input.
    pub(crate) fn of(&self, found: &Found) -> &Policy {
        folder_of(found).and_then(|folder| self.by_folder.get(folder)).unwrap_or(&self.here)
    }

    /// What holds in the working folder.
    pub(crate) fn here(&self) -> &Policy {
        &self.here
    }

    /// Takes out what the configurations leave out of folders.
    pub(crate) fn without_excluded(&self, found: Vec<Found>) -> Vec<Found> {
        let is_excluded = |found: &Found| match found {
            Found::Walked(path) => self.of(found).file.as_ref().is_some_and(|file| file.excludes(path)),
            Found::Named(_) | Found::Stdin | Found::Unreadable(..) => false,
        };
        found.into_iter().filter(|found| !is_excluded(found)).collect()
    }
}

fn folder_of(found: &Found) -> Option<&Path> {
    match found {
        Found::Named(path) | Found::Walked(path) => path.parent(),
        Found::Stdin | Found::Unreadable(..) => None,
    }
}

/// The inputs of a command, without those that are passed over, and what holds for them; with what else went wrong. The error
/// is that of a run that cannot begin, and is told.
pub(crate) fn inputs(
    paths: &[PathBuf],
    files: &FileArgs,
    asked: Asked<'_>,
    streams: &mut Streams<'_>,
) -> Result<(Vec<Found>, Policies, Outcome), Outcome> {
    let found = discover::find(paths, files, streams.stdin).map_err(|wrong| {
        streams.stderr.write(&wrong);
        Outcome::Usage
    })?;
    let (policies, problem) = prepare(asked, &found, &mut streams.stderr)?;
    Ok((policies.without_excluded(found), policies, problem))
}

/// Finds what holds for all inputs, and says what is wrong with that. The error is how the run ends; else it ends no better than
/// with this outcome.
pub(crate) fn prepare(asked: Asked<'_>, found: &[Found], stderr: &mut Sink<'_>) -> Result<(Policies, Outcome), Outcome> {
    let policies = Policies::new(asked, found).map_err(|message| {
        stderr.write(&message);
        Outcome::Usage
    })?;
    let mut outcome = Outcome::Clean;
    for problem in &policies.problems {
        stderr.write(&problem.message);
        outcome = outcome.max(problem.outcome);
    }
    if let Some(name) = policies.unknown_name(asked) {
        stderr.write(&policies.told_of_unknown(name, asked));
        return Err(Outcome::Usage);
    }
    Ok((policies, outcome))
}

/// Names of rules and categories.
pub(crate) fn known_names() -> Vec<&'static str> {
    let rules = catalogue::all().map(|entry| entry.meta.name);
    rules.chain(Category::ALL.iter().map(|category| category.as_str())).chain([ALL]).collect()
}

/// The Guard rules of the command line and of a configuration.
fn guard_of(asked: Asked<'_>, file: Option<&ConfigFile>) -> (Guard, Vec<Problem>) {
    let Some(rules) = asked.rules else { return (Guard::default(), Vec::new()) };
    let settings = file.map(|file| &file.config.guard);
    let own = file.into_iter().flat_map(|file| file.config.guard.rules.iter().map(|name| file.relative(name)));
    let paths: Vec<PathBuf> = own.chain(rules.guard.iter().cloned()).collect();
    let also: Vec<&String> = settings.into_iter().flat_map(|settings| &settings.also).chain(&rules.also).collect();
    let bundled = !rules.no_guard && settings.is_none_or(|settings| settings.bundled != Some(false));
    guard::rules(&paths, &also, bundled)
}

/// The rules that a list of rules and categories means. Guard rules that do not run are meant by their names alone.
fn expanded<'n>(names: impl IntoIterator<Item = &'n String>, guard: &Guard) -> BTreeSet<&'static str> {
    let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
    let running: BTreeSet<&str> = guard.names().collect();
    let of_catalogue = catalogue::all().filter(|entry| {
        let runs = !entry.is_guard || running.contains(entry.meta.name);
        names.contains(&entry.meta.name) || runs && (names.contains(&entry.meta.category.as_str()) || names.contains(&ALL))
    });
    let of_files = guard.names().filter(|name| names.contains(name) || names.contains(&ALL));
    of_catalogue.map(|entry| entry.meta.name).chain(of_files).collect()
}

fn policy(asked: Asked<'_>, file: Option<Arc<ConfigFile>>, guard: Guard) -> Result<Policy, String> {
    let nothing = Config::default();
    let config = file.as_ref().map_or(&nothing, |file| &file.config);
    let mut levels: BTreeMap<String, Option<Severity>> = BTreeMap::new();
    let given = asked.policy.severities.iter().map(|(rule, level)| (rule.clone(), level.0));
    for (name, level) in config.severity.iter().map(|(rule, level)| (rule.clone(), *level)).chain(given) {
        levels.extend(expanded([&name], &guard).into_iter().map(|rule| (rule.to_owned(), level)));
    }
    let mut scoped = Vec::new();
    if let Some(file) = &file {
        for name in &config.parameter_files {
            scoped.push(config::parameters(&file.relative(name))?);
        }
    }
    scoped.push(Parameters { template: None, values: config.parameters.clone() });
    for name in &asked.policy.parameter_files {
        scoped.push(config::parameters(name)?);
    }
    scoped.push(Parameters { template: None, values: asked.parameters.iter().cloned().collect() });
    scoped.retain(|scoped| !scoped.values.is_empty());
    Ok(Policy {
        options: Options {
            only: rules_to_run(asked, config, &levels, &guard)?,
            guard,
            severities: levels.into_iter().filter_map(|(rule, level)| Some((rule, level?))).collect(),
            no_ignores: asked.policy.no_ignores,
            today: Some(today()),
            ..Options::default()
        },
        scoped,
        fix: asked.fix.or(config.fix).unwrap_or(Applicability::Safe),
        fail_on: asked.fail_on.or(config.fail_on).unwrap_or(FailOn::Severity(Severity::Warning)),
        file,
    })
}

/// Names of the rules to run; none where all of them run.
fn rules_to_run(
    asked: Asked<'_>,
    config: &Config,
    levels: &BTreeMap<String, Option<Severity>>,
    guard: &Guard,
) -> Result<Vec<String>, String> {
    if let Some(rules) = asked.rules.filter(|rules| !rules.only.is_empty()) {
        return Ok(rules.only.clone());
    }
    let all = expanded([&ALL.to_owned()], guard);
    let given = Some(&asked.policy.select).filter(|select| !select.is_empty()).or(config.select.as_ref());
    let mut selected = given.map_or_else(|| all.clone(), |names| expanded(names, guard));
    let left_out = expanded(config.ignore.iter().chain(&asked.policy.ignore), guard);
    selected.retain(|rule| !left_out.contains(rule) && levels.get(*rule) != Some(&None));
    if selected.is_empty() {
        return Err("error: no rule is left to run: what is selected is ignored too\n".to_owned());
    }
    if selected == all {
        return Ok(Vec::new());
    }
    Ok(selected.into_iter().map(str::to_owned).collect())
}

/// The day of the clock, in UTC.
pub(crate) fn today() -> Date {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Date::from_days(seconds / 86_400)
}
