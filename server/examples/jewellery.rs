//! Writes every design as a GLB file: `cargo run -p server --example jewellery -- OUTDIR [DETAIL]`.
//! DETAIL is a number from 0 to 1; without it the files are spread over the whole range of sizes.

use std::error::Error;
use std::path::PathBuf;

use server::seed::jewellery::{Alloy, Params, build, demo_ring, designs};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("usage: jewellery OUTDIR [DETAIL]")?);
    let fixed: Option<f64> = match arguments.next() {
        Some(text) => Some(text.to_str().ok_or("DETAIL is a number from 0 to 1")?.parse()?),
        None => None,
    };
    std::fs::create_dir_all(&folder)?;
    for (index, design) in designs().iter().enumerate() {
        let detail = fixed.unwrap_or(index as f64 / (designs().len() - 1) as f64);
        let alloy = Alloy::ALL[index % Alloy::ALL.len()];
        let glb = build(design, Params { alloy, size: design.sizes[1], detail, seed: index as u64 });
        let [x, y, z] = glb.size_mm;
        println!(
            "{:10} {:16} {:>9} bytes {:>8} triangles {x:.2} × {y:.2} × {z:.2} mm",
            design.id,
            alloy.id(),
            glb.bytes.len(),
            glb.triangles
        );
        std::fs::write(folder.join(format!("{}.glb", design.id)), &glb.bytes)?;
    }
    std::fs::write(folder.join("ring-01.glb"), demo_ring().bytes)?;
    Ok(())
}
