//! Configuration files, found and read; `cfn-igr config`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cfn_igr::Guard;
use cfn_igr::config::{self, Config, ConfigError};
use cfn_igr::report::escape::escape;
use cfn_igr::text::Source;
use clap::{Args as ClapArgs, Subcommand};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::discover::{Found, wrong_pattern};
use super::outcome::Outcome;
use super::policy::{self, Asked, Policies, PolicyArgs};
use super::streams::Streams;
use super::{read, write};

/// The name that people try as well.
const OTHER_NAME: &str = "cfn-igr.yml";

#[derive(Debug, ClapArgs)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Print the settings that hold for a template, and the file that says so
    Show {
        /// The template, or a folder
        #[arg(value_name = "PATH", default_value = ".")]
        path: PathBuf,

        /// Configuration in place of the cfn-igr.yaml that is nearest
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
    /// Print the JSON Schema of cfn-igr.yaml
    Schema,
    /// Write a cfn-igr.yaml with all settings as comments into this folder
    Init,
}

/// A configuration that was read.
#[derive(Debug)]
pub(crate) struct ConfigFile {
    pub(crate) path: PathBuf,
    /// Where it stands; its paths begin here.
    pub(crate) folder: PathBuf,
    pub(crate) config: Config,
    exclude: Gitignore,
    source: Source,
}

fn wrong(error: &ConfigError) -> String {
    format!("error: {}\n", escape(&error.to_string()))
}

impl ConfigFile {
    fn read(path: &Path) -> Result<Self, String> {
        let source = source(path)?;
        let config = config::read_settings(&source).map_err(|error| wrong(&error))?;
        let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let folder = absolute.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        let mut builder = GitignoreBuilder::new(&folder);
        builder.allow_unclosed_class(false);
        for pattern in &config.exclude {
            let option = format!("{}: exclude: ", escape(source.name()));
            builder.add_line(None, pattern).map_err(|error| wrong_pattern(&option, pattern, &error.to_string()))?;
        }
        let exclude = builder
            .build()
            .map_err(|error| format!("error: {}: {}\n", escape(source.name()), escape(&error.to_string())))?;
        Ok(Self { path: path.to_path_buf(), folder, config, exclude, source })
    }

    /// Looks for names of rules that there are not, beside the Guard rules that were read.
    pub(crate) fn check_names(&self, guard: &Guard) -> Result<(), String> {
        let names: Vec<&str> = policy::known_names().into_iter().chain(guard.names()).collect();
        config::check_names(&self.source, &names).map_err(|error| wrong(&error))
    }

    /// A path that stands in it, from the working folder.
    pub(crate) fn relative(&self, name: &str) -> PathBuf {
        self.path.parent().map_or_else(|| PathBuf::from(name), |folder| folder.join(name))
    }

    /// Whether a file of a folder is to be passed over.
    pub(crate) fn excludes(&self, path: &Path) -> bool {
        if self.exclude.is_empty() {
            return false;
        }
        let absolute = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let inside = absolute.strip_prefix(&self.folder);
        inside.is_ok_and(|inside| self.exclude.matched_path_or_any_parents(inside, false).is_ignore())
    }
}

/// Looks for configurations, each of which is read once.
pub(crate) struct Search {
    given: Option<Arc<ConfigFile>>,
    none: bool,
    here: PathBuf,
    read: BTreeMap<PathBuf, Arc<ConfigFile>>,
    /// The nearest configuration from a folder upward.
    upward: BTreeMap<PathBuf, Option<PathBuf>>,
    /// Whether a folder is inside of a repository.
    repositories: BTreeMap<PathBuf, bool>,
}

impl Search {
    pub(crate) fn new(args: &PolicyArgs) -> Result<Self, String> {
        let given = args.config.as_deref().map(ConfigFile::read).transpose()?.map(Arc::new);
        let here = std::env::current_dir().and_then(fs::canonicalize).unwrap_or_default();
        Ok(Self {
            given,
            none: args.no_config,
            here,
            read: BTreeMap::new(),
            upward: BTreeMap::new(),
            repositories: BTreeMap::new(),
        })
    }

    /// The configuration for the files of a folder.
    pub(crate) fn nearest(&mut self, folder: &Path) -> Result<Option<Arc<ConfigFile>>, String> {
        if self.none || self.given.is_some() {
            return Ok(self.given.clone());
        }
        let Ok(folder) = fs::canonicalize(self.here.join(folder)) else { return Ok(None) };
        let Some(path) = self.path_from(&folder)? else { return Ok(None) };
        if let Some(known) = self.read.get(&path) {
            return Ok(Some(Arc::clone(known)));
        }
        let shown = path.strip_prefix(&self.here).unwrap_or(&path);
        let file = Arc::new(ConfigFile::read(shown)?);
        self.read.insert(path, Arc::clone(&file));
        Ok(Some(file))
    }

    /// Upward to the root of the repository; outside of one to the working folder, else no further than the folder itself.
    fn path_from(&mut self, folder: &Path) -> Result<Option<PathBuf>, String> {
        let found = self.upward(folder)?;
        let repository = self.is_in_repository(folder);
        let last = if folder.starts_with(&self.here) { self.here.as_path() } else { folder };
        let is_near = |path: &PathBuf| path.parent().is_some_and(|folder| folder.starts_with(last));
        Ok(found.filter(|path| repository || is_near(path)))
    }

    /// The first configuration on the way to the root of the repository, or of the file system. Each folder is looked into once.
    fn upward(&mut self, folder: &Path) -> Result<Option<PathBuf>, String> {
        if let Some(known) = self.upward.get(folder) {
            return Ok(known.clone());
        }
        let path = folder.join(config::FILE_NAME);
        let found = if path.is_file() {
            Some(path)
        } else {
            let other = folder.join(OTHER_NAME);
            if other.is_file() && (folder.starts_with(&self.here) || self.is_in_repository(folder)) {
                let shown = other.strip_prefix(&self.here).unwrap_or(&other).to_string_lossy();
                return Err(format!("error: {} is not read; call it {}\n", escape(&shown), config::FILE_NAME));
            }
            let above = folder.parent().filter(|_| !is_root(folder));
            above.map_or(Ok(None), |above| self.upward(above))?
        };
        self.upward.insert(folder.to_path_buf(), found.clone());
        Ok(found)
    }

    fn is_in_repository(&mut self, folder: &Path) -> bool {
        if let Some(known) = self.repositories.get(folder) {
            return *known;
        }
        let inside = is_root(folder) || folder.parent().is_some_and(|above| self.is_in_repository(above));
        self.repositories.insert(folder.to_path_buf(), inside);
        inside
    }
}

/// Whether a folder is the root of a repository; in a work tree or a submodule `.git` is a file.
fn is_root(folder: &Path) -> bool {
    folder.join(".git").exists()
}

/// Values from a file of parameters.
#[derive(Clone, Debug)]
pub(crate) struct Parameters {
    /// The only template that they are for.
    pub(crate) template: Option<PathBuf>,
    pub(crate) values: BTreeMap<String, String>,
}

/// Reads a file of parameters.
pub(crate) fn parameters(path: &Path) -> Result<Parameters, String> {
    let source = source(path)?;
    let file = config::parameter_file(&source).map_err(|error| wrong(&error))?;
    Ok(Parameters { template: file.template.map(PathBuf::from), values: file.values })
}

fn source(path: &Path) -> Result<Source, String> {
    let name = path.to_string_lossy();
    let failed = |reason: String| format!("error: cannot read {}: {reason}\n", escape(&name));
    let bytes = read::file(path).map_err(|error| failed(read::reason(&error)))?;
    Source::decode(name.as_ref(), bytes).map_err(|error| failed(error.to_string()))
}

/// `cfn-igr config`.
pub(crate) fn run(args: &ConfigArgs, streams: &mut Streams<'_>) -> Outcome {
    let said = match &args.command {
        ConfigCommand::Show { path, config } => show(path, config.as_deref()),
        ConfigCommand::Schema => Ok(config::SCHEMA.to_owned()),
        ConfigCommand::Init => init(),
    };
    match said {
        Ok(text) => {
            streams.stdout.write(&text);
            Outcome::Clean
        }
        Err(message) => {
            streams.stderr.write(&message);
            Outcome::Usage
        }
    }
}

fn show(path: &Path, config: Option<&Path>) -> Result<String, String> {
    if !path.exists() {
        return Err(format!("error: there is no {}\n", escape(&path.to_string_lossy())));
    }
    // What holds in a folder holds for any file in it.
    let file = if path.is_dir() { path.join("template.yaml") } else { path.to_path_buf() };
    let args = PolicyArgs { config: config.map(Path::to_path_buf), ..PolicyArgs::default() };
    let asked = Asked { policy: &args, rules: None, parameters: &[], fix: None, fail_on: None };
    let found = Found::Named(file);
    let policies = Policies::new(asked, std::slice::from_ref(&found))?;
    Ok(match &policies.of(&found).file {
        Some(file) => {
            let settings = file.config.to_yaml();
            let settings = if settings.is_empty() { "# nothing is set\n".to_owned() } else { settings };
            format!("# {}\n{settings}", escape(&file.path.to_string_lossy()))
        }
        None => format!("# no {} is found; the defaults hold\n", config::FILE_NAME),
    })
}

fn init() -> Result<String, String> {
    let name = config::FILE_NAME;
    let file = fs::OpenOptions::new().write(true).create_new(true).open(name);
    let written = file.and_then(|mut file| file.write_all(config::TEMPLATE.as_bytes()));
    written.map(|()| format!("wrote {name}\n")).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => format!("error: there is a {name} already\n"),
        _ => format!("error: cannot write {name}: {}\n", write::reason(&error)),
    })
}
