use serde_json::{Map, Value, json};

/// A physically based material (glTF 2.0, section 3.9), colours linear.
#[derive(Clone, Debug, PartialEq)]
pub struct Material {
    /// Name for people.
    pub name: String,
    /// Linear red, green, blue: for a metal its reflectance looking straight at it.
    pub color: [f64; 3],
    /// Index of the picture that the colour is multiplied with.
    pub picture: Option<usize>,
    /// 1 for metals.
    pub metallic: f64,
    /// 0 is a mirror.
    pub roughness: f64,
    /// Index of refraction, for what is not a metal (`KHR_materials_ior`).
    pub ior: Option<f64>,
    /// A second, clear surface (`KHR_materials_clearcoat`).
    pub clearcoat: f64,
    /// Colours of a thin film (`KHR_materials_iridescence`): the fire of a stone.
    pub iridescence: f64,
}

impl Material {
    pub(super) fn json(&self) -> Value {
        let [r, g, b] = self.color;
        let mut material = json!({
            "name": self.name,
            "pbrMetallicRoughness": {
                "baseColorFactor": [r, g, b, 1.0],
                "metallicFactor": self.metallic,
                "roughnessFactor": self.roughness,
            }
        });
        if let Some(picture) = self.picture {
            material["pbrMetallicRoughness"]["baseColorTexture"] = json!({ "index": picture });
        }
        let extensions = self.extensions();
        if !extensions.is_empty() {
            material["extensions"] = Value::Object(extensions);
        }
        material
    }

    pub(super) fn extensions(&self) -> Map<String, Value> {
        let mut extensions = Map::new();
        if let Some(ior) = self.ior {
            extensions.insert("KHR_materials_ior".into(), json!({ "ior": ior }));
        }
        if self.clearcoat > 0.0 {
            let value = json!({ "clearcoatFactor": self.clearcoat, "clearcoatRoughnessFactor": 0.0 });
            extensions.insert("KHR_materials_clearcoat".into(), value);
        }
        if self.iridescence > 0.0 {
            let value = json!({ "iridescenceFactor": self.iridescence, "iridescenceIor": 1.8,
                "iridescenceThicknessMaximum": 500.0 });
            extensions.insert("KHR_materials_iridescence".into(), value);
        }
        extensions
    }
}
