//! The words that demo orders are made of.

use super::jewellery::Alloy;

/// Names of pieces, by kind.
pub const RINGS: &[&str] = &[
    "Кольцо «Ветвь»",
    "Кольцо «Роса»",
    "Кольцо «Север»",
    "Перстень «Дубрава»",
    "Кольцо «Тихая вода»",
    "Обручальное кольцо «Двое»",
    "Кольцо «Зарница»",
    "Кольцо «Карельский мох»",
    "Помолвочное кольцо «Искра»",
    "Кольцо «Серебряный бор»",
    "Кольцо «Первый снег»",
    "Перстень «Вереск»",
];
/// Pendants.
pub const PENDANTS: &[&str] = &[
    "Подвеска «Капля»",
    "Кулон «Семечко»",
    "Подвеска «Лунный лист»",
    "Кулон «Маяк»",
    "Подвеска «Сердце ольхи»",
];
/// Earrings.
pub const EARRINGS: &[&str] =
    &["Серьги «Птицы»", "Пусеты «Рябина»", "Серьги «Тонкий лёд»", "Серьги-кольца «Обод»", "Пусеты «Зёрна»"];
/// Bracelets.
pub const BRACELETS: &[&str] = &["Браслет «Течение»", "Браслет «Звено»", "Браслет «Кора»"];

/// Roubles that a gram of metal and work costs in the demo.
#[must_use]
pub const fn per_gram(alloy: Alloy) -> i64 {
    match alloy {
        Alloy::Gold585Yellow | Alloy::Gold585Rose => 9_800,
        Alloy::Gold750White => 12_600,
        Alloy::Silver925 => 1_900,
        Alloy::Platinum950 => 11_800,
    }
}

/// What customers write.
pub const COMMENTS: &[&str] = &[
    "гравировка внутри: «19.09»",
    "гравировка: «М + К»",
    "матовая поверхность снаружи, полировка внутри",
    "камень клиента, передан с курьером",
    "к юбилею 14-го, очень ждём",
    "чернение в углублениях",
    "размер измерен вечером, пальцы отекают",
    "упаковать как подарок, без цены",
    "родирование не нужно",
    "если пойдёт раковина — позвоните",
    "повторить заказ прошлого года, но тоньше на 0,2 мм",
];

/// Why pieces go back a step.
pub const REASONS: &[&str] = &[
    "пористость на шинке",
    "не тот размер",
    "камень сидит косо",
    "нет камня нужного размера",
    "след от штихеля",
];

/// Log-in, name and role of the people of the demo workshop.
pub const PEOPLE: &[(&str, &str, &str)] = &[
    ("operator1", "Иван Орлов", "operator"),
    ("operator2", "Мария Гусева", "operator"),
    ("supervisor1", "Ольга Ветрова", "supervisor"),
    ("admin", "Павел Климов", "admin"),
    ("operator3", "Антон Белых", "operator"),
    ("operator4", "Дарья Соловьёва", "operator"),
    ("operator5", "Тимур Ахметов", "operator"),
];
