use super::ModelRefused;
use super::document::Document;

/// What the viewer opens with the decoders that the site serves itself. Left out on purpose: `KHR_texture_basisu`
/// (its transcoder is not served) and `EXT_mesh_gpu_instancing` (it multiplies a mesh without nodes, past the
/// limits and the measure).
const OPENED: [&str; 22] = [
    "EXT_materials_bump",
    "EXT_meshopt_compression",
    "EXT_texture_webp",
    "KHR_draco_mesh_compression",
    "KHR_lights_punctual",
    "KHR_materials_anisotropy",
    "KHR_materials_clearcoat",
    "KHR_materials_dispersion",
    "KHR_materials_emissive_strength",
    "KHR_materials_ior",
    "KHR_materials_iridescence",
    "KHR_materials_sheen",
    "KHR_materials_specular",
    "KHR_materials_transmission",
    "KHR_materials_unlit",
    "KHR_materials_variants",
    "KHR_materials_volume",
    "KHR_mesh_quantization",
    "KHR_meshopt_compression",
    "KHR_texture_transform",
    "KHR_xmp",
    "KHR_xmp_json_ld",
];

pub(super) fn check(document: &Document) -> Result<(), ModelRefused> {
    document.extensions_required.whole("required extensions")?;
    let unknown = document.extensions_required.iter().find(|name| !OPENED.contains(&name.as_str()));
    if let Some(name) = unknown {
        return Err(ModelRefused::UnsupportedExtension { name: shortened(name) });
    }
    // Not required is not the same as not used: the viewer would draw every instance all the same.
    if document.nodes.iter().any(|node| node.extensions.instancing) {
        return Err(ModelRefused::UnsupportedExtension { name: "EXT_mesh_gpu_instancing".to_owned() });
    }
    Ok(())
}

/// A text from the file, short enough for a log line and without control characters.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(120).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
