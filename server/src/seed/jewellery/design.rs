use super::piece::{Piece, Spec};
use super::stone::Stone;
use super::{bracelets, earrings, enamel, pendants, rings};

/// A design that pieces can be made of.
pub struct Design {
    /// A short name that never changes.
    pub id: &'static str,
    /// Title in Russian, as an order carries it.
    pub title_ru: &'static str,
    /// Title in English.
    pub title_en: &'static str,
    /// What it is worn as.
    pub kind: Kind,
    /// Least, usual and largest size, millimetres: a ring's inner diameter, a pendant's height without its bail, an
    /// earring's or its stone's diameter, a bangle's inner width, a chain's length.
    pub sizes: [f64; 3],
    /// Stones that suit it; the seed picks one. Empty when it is all metal.
    pub stones: &'static [Stone],
    pub(super) shape: fn(&mut Spec) -> Piece,
}

/// What a piece is worn as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// On a finger.
    Ring,
    /// On a chain.
    Pendant,
    /// A pair.
    Earrings,
    /// On a wrist.
    Bracelet,
}

const RING: [f64; 3] = [15.0, 17.5, 22.0];
const COLOURED: &[Stone] = &[Stone::Sapphire, Stone::Emerald, Stone::Ruby];
const WHITE: &[Stone] = &[Stone::Diamond];

type Row =
    (&'static str, &'static str, &'static str, Kind, [f64; 3], &'static [Stone], fn(&mut Spec) -> Piece);

const fn row((id, title_ru, title_en, kind, sizes, stones, shape): Row) -> Design {
    Design { id, title_ru, title_en, kind, sizes, stones, shape }
}

static DESIGNS: [Design; 16] = [
    row((
        "band",
        "Обручальное кольцо «Классика»",
        "“Classic” wedding band",
        Kind::Ring,
        RING,
        &[],
        rings::band,
    )),
    row(("twist", "Кольцо «Косичка»", "“Braid” ring", Kind::Ring, RING, &[], rings::twist)),
    row((
        "signet",
        "Печатка «Герб»",
        "“Crest” signet ring",
        Kind::Ring,
        [17.0, 20.0, 23.0],
        &[],
        rings::signet,
    )),
    row((
        "solitaire",
        "Помолвочное кольцо «Полярная звезда»",
        "“Polaris” solitaire",
        Kind::Ring,
        RING,
        WHITE,
        rings::solitaire,
    )),
    row(("halo", "Кольцо «Ореол»", "“Halo” ring", Kind::Ring, RING, &Stone::ALL, rings::halo)),
    row((
        "eternity",
        "Кольцо-дорожка «Вечность»",
        "“Eternity” band",
        Kind::Ring,
        RING,
        &Stone::ALL,
        rings::eternity,
    )),
    row(("emerald", "Кольцо «Терем»", "“Terem” step-cut ring", Kind::Ring, RING, COLOURED, rings::emerald)),
    row(("vine", "Кольцо «Ветвь»", "“Branch” ring", Kind::Ring, RING, WHITE, rings::vine)),
    row((
        "drop",
        "Подвеска «Капля»",
        "“Drop” pendant",
        Kind::Pendant,
        [16.0, 24.0, 36.0],
        &Stone::ALL,
        pendants::drop,
    )),
    row((
        "heart",
        "Подвеска «Сердце»",
        "“Heart” pendant",
        Kind::Pendant,
        [10.0, 16.0, 26.0],
        &[Stone::Ruby, Stone::Diamond],
        pendants::heart,
    )),
    row((
        "leaf",
        "Подвеска «Лист»",
        "“Leaf” pendant",
        Kind::Pendant,
        [18.0, 28.0, 40.0],
        COLOURED,
        pendants::leaf,
    )),
    row((
        "hoops",
        "Серьги-кольца «Круассан»",
        "“Croissant” hoop earrings",
        Kind::Earrings,
        [14.0, 22.0, 36.0],
        &[],
        earrings::hoops,
    )),
    row((
        "studs",
        "Серьги-пусеты «Искра»",
        "“Spark” stud earrings",
        Kind::Earrings,
        [3.0, 5.0, 8.0],
        &Stone::ALL,
        earrings::studs,
    )),
    row((
        "bangle",
        "Браслет «Чеканка»",
        "“Hammered” bangle",
        Kind::Bracelet,
        [54.0, 60.0, 68.0],
        &[],
        bracelets::bangle,
    )),
    row((
        "chain",
        "Браслет «Якорь»",
        "“Anchor” chain bracelet",
        Kind::Bracelet,
        [160.0, 180.0, 210.0],
        &[],
        bracelets::chain,
    )),
    row((
        "enamel",
        "Подвеска «Финифть»",
        "“Finift” painted enamel pendant",
        Kind::Pendant,
        [18.0, 26.0, 36.0],
        &[],
        enamel::medallion,
    )),
];

/// The design of the demo ring.
pub(super) const SOLITAIRE: &Design = &DESIGNS[3];

/// All designs.
#[must_use]
pub fn designs() -> &'static [Design] {
    &DESIGNS
}

/// The design of that name.
#[must_use]
pub fn design(id: &str) -> Option<&'static Design> {
    DESIGNS.iter().find(|design| design.id == id)
}
