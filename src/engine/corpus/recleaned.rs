//! What cleaning a document again changes in its text. Writes nothing.

use super::view::CorpusView;
use crate::engine::context::RunContext;
use crate::engine::job::CleanPage;
use crate::engine::options::Survey;
use crate::engine::setup::Error;
use crate::reclean::{Recleaned, WordChange};
use crate::store::{self, KnownDocument};

/// What storing a page would change, if the document was cleaned from this very page before.
pub fn compare(
    corpus: &dyn CorpusView,
    context: &RunContext<'_>,
    known: Option<&KnownDocument>,
    page: &CleanPage,
) -> Result<Option<Recleaned>, Error> {
    let is_same = |known: &&KnownDocument| {
        page.kept.as_ref() == Some(&known.raw) && page.later_pages.kept.len() == known.parts && context.cleans_again(known)
    };
    let Some(known) = known.filter(|_| context.survey != Survey::None).filter(is_same) else { return Ok(None) };
    let is_changed = known.text_sha256 != store::text_sha256(&page.article.text);
    let change = match is_changed {
        true => match corpus.text(known)? {
            Some(text) => WordChange::between(&text, &page.article.text, &page.recurring),
            None => return Ok(None),
        },
        false => WordChange::default(),
    };
    Ok(Some(Recleaned {
        id: known.id,
        source: known.source.0.clone(),
        site: page.site_page.as_ref().map(|shown| shown.site.clone()).unwrap_or_default(),
        words: known.words,
        change,
        is_changed,
        by_other_cleaner: known.cleaner.as_ref() != Some(&context.cleaner),
    }))
}
