//! The words of the viewer's tools (`public/tools.js`), as JSON for its attribute. The server alone writes them.

use super::Lang;

/// Key, Russian, English. `{}` is filled in by the script.
const WORDS: [(&str, &str, &str); 32] = [
    ("label", "Инструменты модели", "Tools for the model"),
    ("size", "Размеры", "Size"),
    ("points", "Расстояние", "Distance"),
    ("ring", "Размер кольца", "Ring size"),
    ("section", "Разрез", "Cut"),
    ("mesh", "Сетка", "Mesh"),
    ("turn", "Вращать", "Turn"),
    ("life", "В натуре 1:1", "True size 1:1"),
    ("look", "В сплаве заказа", "In the ordered alloy"),
    ("mm", "мм", "mm"),
    ("box", "{} × {} × {} мм: ширина, высота, глубина", "{} × {} × {} mm: width, height, depth"),
    ("first", "Коснитесь первой точки на изделии.", "Touch the first point on the piece."),
    ("second", "Теперь второй.", "Now the second."),
    ("between", "Между точками {} мм.", "{} mm between the points."),
    (
        "rim",
        "Коснитесь трёх точек на внутренней стороне шинки: ещё {}.",
        "Touch three points on the ring’s inner side: {} more.",
    ),
    (
        "bore",
        "Внутренний диаметр {} мм: размер {}, по ISO {}.",
        "Inner diameter {} mm: Russian size {}, ISO {}.",
    ),
    (
        "straight",
        "Точки почти на одной прямой, возьмите другие.",
        "The points are all but on a line, choose others.",
    ),
    ("missed", "Там нет изделия, возьмите точку на нём.", "There is no piece there, choose a point on it."),
    ("place", "Точка по прицелу", "Point at the cross"),
    ("again", "Заново", "Anew"),
    ("where", "Где резать", "Where to cut"),
    ("axis", "Поперёк", "Across"),
    ("axisX", "ширины", "the width"),
    ("axisY", "высоты", "the height"),
    ("axisZ", "глубины", "the depth"),
    ("isLife", "Сейчас на экране в натуральную величину.", "Shown as large as it is."),
    ("adjust", "Настроить экран", "Adjust the screen"),
    (
        "card",
        "Приложите банковскую карту и сдвигайте, пока рамка не совпадёт с ней.",
        "Hold a bank card to the frame and move until they match.",
    ),
    ("width", "Ширина рамки", "Width of the frame"),
    ("fits", "Совпало", "It matches"),
    (
        "tooBig",
        "Файл большой ({}): на этом устройстве браузер может его не осилить.",
        "The file is large ({}): this device’s browser may not manage it.",
    ),
    ("anyway", "Открыть всё равно", "Open it all the same"),
];

impl Lang {
    /// The words of the viewer's tools as a JSON object.
    #[must_use]
    pub fn tools(self) -> String {
        let words = WORDS.iter().map(|(key, ru, en)| ((*key).to_owned(), self.one_of(ru, en).into()));
        serde_json::Value::Object(words.collect()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_as_many_gaps_in_either_language() {
        let gaps = |text: &str| text.matches("{}").count();
        for (key, ru, en) in WORDS {
            assert_eq!(gaps(ru), gaps(en), "{key}");
            assert!(ru.chars().any(|c| ('а'..='я').contains(&c)) && !en.is_empty(), "{key}");
        }
        assert!(Lang::En.tools().contains("Ring size"));
    }
}
