//! The demo bucket: every design in a few alloys and grains, as files of 0.3 to 20 MB.

use app::domain::ModelDigest;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::{
    jewellery::{Alloy, Design, Glb, Kind, Params, build, demo_ring, designs},
    words::{BRACELETS, EARRINGS, PENDANTS, RINGS},
};
use crate::{
    model::{Limits, ModelRefused, read, study},
    store::models::{Models, ModelsError},
};

/// A model of the demo bucket, as orders name it.
#[derive(Debug, Clone)]
pub struct DemoModel {
    /// Where the shop put it.
    pub key: String,
    /// The alloy it is drawn in; the order's material.
    pub alloy: Alloy,
    /// Whether orders for it have a finger's size.
    pub ring: bool,
    /// What such pieces are called.
    pub titles: &'static [&'static str],
    /// The design's own name.
    pub title: &'static str,
    /// Content hash.
    pub sha256: ModelDigest,
    /// Bytes.
    pub bytes: u64,
    /// What was measured.
    pub facts: serde_json::Value,
}

/// Why the demo bucket could not be filled.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// The generator made a file that the reader refuses: a defect of this program.
    #[error("the generated model {key} was refused")]
    Refused {
        /// Which file.
        key: String,
        /// The reader's word.
        source: ModelRefused,
    },
    /// The bucket is away.
    #[error("the bucket of models could not be filled")]
    Store(#[from] ModelsError),
    /// The facts have no JSON form: a defect of this program.
    #[error("the facts of a model could not be written")]
    Facts(#[from] serde_json::Error),
}

/// One file to be made.
#[derive(Clone, Copy)]
struct Wish {
    design: &'static Design,
    alloy: Alloy,
    size: f64,
    detail: f64,
    seed: u64,
}

/// Generates the models and puts them into the bucket, the checked copies too.
///
/// `most_detail` of 1 makes files up to 20 MB; tests ask for less.
///
/// # Errors
/// See [`FillError`].
pub async fn fill(store: &Models, seed: u64, most_detail: f64) -> Result<Vec<DemoModel>, FillError> {
    let ring = demo_ring();
    let solitaire = designs().iter().find(|design| design.id == "solitaire").unwrap_or(&designs()[0]);
    let mut made =
        vec![put(store, "demo/ring-01.glb".to_owned(), solitaire, Alloy::Gold585Yellow, ring).await?];
    for wish in wishes(seed, most_detail) {
        let key = format!("demo/{}-{}.glb", wish.design.id, wish.alloy.id());
        let glb = build(
            wish.design,
            Params { alloy: wish.alloy, size: wish.size, detail: wish.detail, seed: wish.seed },
        );
        made.push(put(store, key, wish.design, wish.alloy, glb).await?);
    }
    Ok(made)
}

/// Two alloys of every design; most files are of a few megabytes, some are as heavy as customers send them.
fn wishes(seed: u64, most_detail: f64) -> Vec<Wish> {
    let all = Alloy::ALL;
    designs()
        .iter()
        .enumerate()
        .flat_map(|(index, design)| {
            [0, 2].map(|step| Wish {
                design,
                alloy: all[(index + step) % all.len()],
                size: design.sizes[if step == 0 { 1 } else { usize::from(index % 2 == 0) }],
                detail: most_detail * [0.15, 0.3, 0.45, 0.6, 1.0][(index + 2 * step) % 5],
                seed: seed.wrapping_add(index as u64),
            })
        })
        .collect()
}

async fn put(
    store: &Models,
    key: String,
    design: &'static Design,
    alloy: Alloy,
    glb: Glb,
) -> Result<DemoModel, FillError> {
    let facts = read(&glb.bytes, &Limits::default())
        .map_err(|source| FillError::Refused { key: key.clone(), source })?;
    let sha256 = ModelDigest(Sha256::digest(&glb.bytes).into());
    let study = study(&glb.bytes, &Limits::default());
    let facts = serde_json::to_value(study.record(&facts))?;
    let bytes = Bytes::from(glb.bytes);
    let size = bytes.len() as u64;
    store.put(&key, bytes.clone()).await?;
    store.keep(&sha256, bytes).await?;
    if let Some(picture) = study.picture {
        store.keep_picture(&sha256, Bytes::from(picture)).await?;
    }
    Ok(DemoModel {
        key,
        alloy,
        ring: design.kind == Kind::Ring,
        titles: match design.kind {
            Kind::Ring => RINGS,
            Kind::Pendant => PENDANTS,
            Kind::Earrings => EARRINGS,
            Kind::Bracelet => BRACELETS,
        },
        title: design.title_ru,
        sha256,
        bytes: size,
        facts,
    })
}
