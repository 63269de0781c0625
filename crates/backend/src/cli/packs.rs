//! `tessera packs …`: bringing packs in and out and looking after them. Called by `cli`; calls the
//! domain as the HTTP routes do.

mod show;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tessera_protocol::{
    moderation::{PackAction, PackState},
    pack::Rating,
};

use crate::{
    clock::Clock,
    matrix::media::{HomeserverAccount, Media, MediaStore},
    moderation::{COMMAND_LINE, Moderation, ModerationError},
    packs::{
        Pack, export,
        import::{self, ImportError, Importer, Options, Source},
        uploads::{self, Progress},
    },
    random::Random,
    storage::Storage,
};

/// What the commands work on.
pub struct Context {
    /// Where packs are kept.
    pub storage: Storage,
    /// The account that uploads originals, if one is configured.
    pub homeserver: Option<HomeserverAccount>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

/// What to do with packs.
#[derive(Debug, Subcommand)]
pub enum PacksCommand {
    /// Import a folder, a zip, a maunium pack.json or index.json, or an MSC2545 event.
    Import(Import),
    /// List every pack.
    List,
    /// Show a pack and its stickers.
    Show {
        /// The pack's id.
        id: String,
    },
    /// Write a pack to a file or folder.
    Export {
        /// The pack's id.
        id: String,
        /// The form to write.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// Where to; without it a name made of the pack's id, here.
        #[arg(long, short, value_name = "PATH")]
        output: Option<PathBuf>,
    },
    /// Change what is said of a pack.
    Describe(Describe),
    /// Ask another operator to look at a pack before users see it.
    Submit {
        /// The pack's id.
        id: String,
    },
    /// Show a pack to users.
    Publish {
        /// The pack's id.
        id: String,
    },
    /// Answer a submission with no.
    Reject {
        /// The pack's id.
        id: String,
        /// Why; the pack's author may ask.
        #[arg(long)]
        reason: String,
    },
    /// Hide a pack from users for now; those who have it get it back when it is published again.
    /// Stickers that were sent stay.
    #[command(alias = "unpublish")]
    Withdraw {
        /// The pack's id.
        id: String,
        /// Why, for the audit log.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Remove a pack from every library, because it must not be there. Stickers that were sent stay.
    Takedown {
        /// The pack's id.
        id: String,
        /// Why; the pack's author may ask, and appeal.
        #[arg(long)]
        reason: String,
    },
    /// Undo a takedown, as after an appeal.
    Reinstate {
        /// The pack's id.
        id: String,
        /// Why, for the audit log.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Show who decided what about packs, the latest first.
    Log {
        /// About this pack only.
        id: Option<String>,
    },
    /// Delete a pack, also from users' libraries. Stickers that were sent stay.
    Delete {
        /// The pack's id.
        id: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// Upload the originals that the homeserver does not have yet.
    Upload,
    /// Check that the homeserver still has every original, and upload again what it lost.
    Repair,
}

/// How to import.
#[derive(Debug, Args)]
pub struct Import {
    /// The folder or file.
    path: PathBuf,
    /// The pack's id, instead of the source's.
    #[arg(long)]
    id: Option<String>,
    /// The pack's title, instead of the source's.
    #[arg(long)]
    title: Option<String>,
    /// Give the pack to every user who did not choose packs.
    #[arg(long, overrides_with = "no_default")]
    default: bool,
    /// Do not give it to users who did not choose it.
    #[arg(long)]
    no_default: bool,
    /// Show the pack to users (a new pack is shown unless `--no-publish`).
    #[arg(long, overrides_with = "no_publish")]
    publish: bool,
    /// Hide the pack from users.
    #[arg(long)]
    no_publish: bool,
    /// What the pack is about, instead of what the source says; as often as there are tags.
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Who the pack is for, instead of what the source says.
    #[arg(long, value_enum)]
    rating: Option<Audience>,
    /// Leave out files that cannot be imported, rather than import nothing.
    #[arg(long)]
    skip_broken: bool,
    /// Check everything and print the difference, but change nothing.
    #[arg(long)]
    dry_run: bool,
}

/// What is said of a pack. What is not given stays as it is.
#[derive(Debug, Args)]
pub struct Describe {
    /// The pack's id.
    id: String,
    /// What it is about; as often as there are tags, and once with nothing for none.
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// A language of its stickers beside those of its titles; as often as there are languages, and
    /// once with nothing for none.
    #[arg(long = "language", value_name = "LANGUAGE")]
    languages: Vec<String>,
    /// Who it is for.
    #[arg(long, value_enum)]
    rating: Option<Audience>,
}

/// Who a pack is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Audience {
    /// Everyone.
    Everyone,
    /// Adults, or nobody at work.
    Mature,
}

impl From<Audience> for Rating {
    fn from(audience: Audience) -> Self {
        match audience {
            Audience::Everyone => Self::Everyone,
            Audience::Mature => Self::Mature,
        }
    }
}

/// The forms of an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Originals and a pack.toml, for another Tessera or any program that reads pictures.
    #[default]
    Zip,
    /// A folder for maunium/stickerpicker.
    Maunium,
    /// A Matrix image pack as JSON.
    Msc2545,
}

/// Runs a command.
///
/// # Errors
/// With a text for the operator.
pub async fn run(command: PacksCommand, context: &Context) -> anyhow::Result<ExitCode> {
    match command {
        PacksCommand::Import(options) => return import(options, context).await,
        PacksCommand::List => show::list(&context.storage).await?,
        PacksCommand::Show { id } => {
            show::show(&context.storage, &find(context, &id).await?).await?;
        }
        PacksCommand::Export { id, format, output } => {
            export(context, &find(context, &id).await?, format, output).await?;
        }
        PacksCommand::Describe(wanted) => describe(context, wanted).await?,
        PacksCommand::Submit { id } => decide(context, &id, PackAction::Submit, "").await?,
        PacksCommand::Publish { id } => decide(context, &id, PackAction::Publish, "").await?,
        PacksCommand::Reject { id, reason } => {
            decide(context, &id, PackAction::Reject, &reason).await?;
        }
        PacksCommand::Withdraw { id, reason } => {
            decide(context, &id, PackAction::Withdraw, &reason).await?;
        }
        PacksCommand::Takedown { id, reason } => {
            decide(context, &id, PackAction::TakeDown, &reason).await?;
        }
        PacksCommand::Reinstate { id, reason } => {
            decide(context, &id, PackAction::Reinstate, &reason).await?;
        }
        PacksCommand::Log { id } => show::log(&context.storage, id.as_deref()).await?,
        PacksCommand::Delete { id, yes } => delete(context, &id, yes).await?,
        PacksCommand::Upload => upload(context, required(context)?).await?,
        PacksCommand::Repair => return repair(context).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn import(arguments: Import, context: &Context) -> anyhow::Result<ExitCode> {
    let flag = |yes: bool, no: bool| if yes { Some(true) } else { no.then_some(false) };
    let options = Options {
        id: arguments.id,
        title: arguments.title,
        is_default: flag(arguments.default, arguments.no_default),
        published: flag(arguments.publish, arguments.no_publish),
        tags: (!arguments.tags.is_empty()).then_some(arguments.tags),
        rating: arguments.rating.map(Rating::from),
        owner: None,
        skip_broken: arguments.skip_broken,
        dry_run: arguments.dry_run,
    };
    let path = arguments.path;
    let found = tokio::task::spawn_blocking(move || import::read(&Source::at(&path)?)).await??;
    for skipped in &found.skipped {
        eprintln!("Skipped: {skipped}");
    }
    if found.packs.len() > 1 && (options.id.is_some() || options.title.is_some()) {
        bail!("`--id` and `--title` are for one pack, but this is {}", found.packs.len());
    }
    let importer = Importer {
        storage: context.storage.clone(),
        media: media(context)?,
        clock: context.clock.clone(),
    };
    let mut failed = false;
    for pack in found.packs {
        let name = pack.name.clone();
        let bar = bar("Reading pictures");
        let outcome = importer.import(pack, &options, &|progress| step(&bar, progress)).await;
        bar.finish_and_clear();
        match outcome {
            Ok(outcome) => show::outcome(&outcome, options.dry_run),
            Err(error) => {
                failed = true;
                if let ImportError::Files(files) = &error {
                    files.iter().for_each(|file| eprintln!("  {file}"));
                }
                eprintln!("{name}: {error}");
                if matches!(error, ImportError::Files(_)) {
                    eprintln!("Mend the files, or leave them out with --skip-broken.");
                }
            }
        }
    }
    if !options.dry_run
        && !failed
        && let Some(account) = &context.homeserver
    {
        upload(context, account).await.context("the pack is imported, but not uploaded yet")?;
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn export(
    context: &Context,
    pack: &Pack,
    format: Format,
    output: Option<PathBuf>,
) -> anyhow::Result<()> {
    let named = |ending: &str| PathBuf::from(format!("{}{ending}", pack.id));
    let written = match format {
        Format::Zip => {
            let path = output.unwrap_or_else(|| named(".zip"));
            let bytes = export::to_zip(&context.storage, media(context)?.as_deref(), pack).await?;
            write(&path, &bytes)?;
            path
        }
        Format::Maunium => {
            let folder = output.unwrap_or_else(|| named("-maunium"));
            for file in export::to_maunium(&context.storage, pack).await? {
                write(&folder.join(file.name), &file.bytes)?;
            }
            folder
        }
        Format::Msc2545 => {
            let path = output.unwrap_or_else(|| named(".json"));
            let pack = export::to_image_pack(&context.storage, pack, export::Names::Stable).await?;
            write(&path, &serde_json::to_vec_pretty(&pack)?)?;
            path
        }
    };
    println!("Wrote {}", written.display());
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    std::fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))
}

async fn decide(
    context: &Context,
    id: &str,
    action: PackAction,
    reason: &str,
) -> anyhow::Result<()> {
    let pack = find(context, id).await?;
    let moderation = Moderation {
        storage: context.storage.clone(),
        clock: context.clock.clone(),
        random: context.random.clone(),
        operators: Arc::default(),
    };
    let now = match moderation.decide(COMMAND_LINE, id, action, reason, None).await {
        // What is so already need not be done; a script may say it twice.
        Err(ModerationError::Refused(refused)) if leads_to(action) == Some(refused.state) => {
            refused.state
        }
        decided => decided?,
    };
    println!("{} is {} now.", pack.id, show::state(now));
    Ok(())
}

const fn leads_to(action: PackAction) -> Option<PackState> {
    match action {
        PackAction::Submit => Some(PackState::InReview),
        PackAction::Publish => Some(PackState::Published),
        PackAction::Reject => Some(PackState::Rejected),
        PackAction::Withdraw => Some(PackState::Withdrawn),
        PackAction::TakeDown => Some(PackState::TakenDown),
        PackAction::Reinstate | PackAction::Keep => None,
    }
}

async fn describe(context: &Context, wanted: Describe) -> anyhow::Result<()> {
    let mut pack = find(context, &wanted.id).await?;
    let given = |list: Vec<String>| {
        let is_given = !list.is_empty();
        is_given.then(|| list.into_iter().filter(|item| !item.is_empty()).collect::<Vec<_>>())
    };
    if let Some(tags) = given(wanted.tags) {
        pack.tags = import::check::checked_tags(&tags)?;
    }
    if let Some(languages) = given(wanted.languages) {
        import::check::check_languages(&languages)?;
        pack.languages = languages;
    }
    if let Some(rating) = wanted.rating {
        pack.rating = rating.into();
    }
    let stickers = context.storage.stickers(&pack.id).await?;
    context.storage.put_pack(&pack, &stickers, context.clock.now()).await?;
    show::show(&context.storage, &pack).await?;
    Ok(())
}

async fn delete(context: &Context, id: &str, yes: bool) -> anyhow::Result<()> {
    let pack = find(context, id).await?;
    if !yes {
        bail!(
            "this removes \"{}\" from every user's library for good; say `--yes` if you mean it, \
             or hide it with `tessera packs withdraw {id}`",
            pack.title()
        );
    }
    context.storage.remove_pack(id).await?;
    context.storage.remove_unused_images().await?;
    println!("{id} is deleted.");
    Ok(())
}

async fn upload(context: &Context, account: &HomeserverAccount) -> anyhow::Result<()> {
    let bar = bar("Uploading");
    let (clock, random) = (&*context.clock, &context.random);
    let result =
        uploads::upload_all(&context.storage, account, clock, random, |p| step(&bar, p)).await;
    bar.finish_and_clear();
    match result.context("some originals are not uploaded; run `tessera packs upload` again")? {
        0 => println!("The homeserver has every original."),
        1 => println!("Uploaded one original to the homeserver."),
        count => println!("Uploaded {count} originals to the homeserver."),
    }
    Ok(())
}

async fn repair(context: &Context) -> anyhow::Result<ExitCode> {
    let account = required(context)?;
    let bar = bar("Checking");
    let (clock, random) = (&*context.clock, &context.random);
    let result = uploads::repair(&context.storage, account, clock, random, |p| step(&bar, p)).await;
    bar.finish_and_clear();
    let found = result?;
    println!("{} intact, {} uploaded again", found.intact, found.repaired.len());
    if found.lost.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} lost: neither the homeserver nor Tessera has these originals.", found.lost.len());
    for pack in context.storage.packs().await? {
        for sticker in context.storage.stickers(&pack.id).await? {
            if found.lost.contains(&sticker.image.id) {
                println!("  {} / {}", pack.id, sticker.shortcode);
            }
        }
    }
    println!("Import their packs again from the original files.");
    Ok(ExitCode::FAILURE)
}

async fn find(context: &Context, id: &str) -> anyhow::Result<Pack> {
    let pack = context.storage.pack(id).await?;
    pack.with_context(|| format!("there is no pack `{id}`; `tessera packs list` names them"))
}

fn required(context: &Context) -> anyhow::Result<&HomeserverAccount> {
    context.homeserver.as_ref().context(
        "no [matrix] account is configured; set `matrix.homeserver_url` and `matrix.access_token`",
    )
}

fn media(context: &Context) -> anyhow::Result<Option<Arc<dyn Media>>> {
    let Some(account) = context.homeserver.clone() else { return Ok(None) };
    Ok(Some(Arc::new(MediaStore::new(account, context.random.clone())?)))
}

/// A bar on standard error; nothing where that is no terminal.
fn bar(what: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}") {
        bar.set_style(style);
    }
    bar.with_message(what)
}

fn step(bar: &ProgressBar, progress: Progress) {
    bar.set_length(u64::try_from(progress.of).unwrap_or_default());
    bar.set_position(u64::try_from(progress.done).unwrap_or_default());
}

#[cfg(test)]
mod tests;
