// An example in Rust, without any crate. The program goes to the plugins: rustc -O -o /etc/sheepdog/plugins/users users.rs
//
// about: how many users have something running
// setting: warn = 100   users from which on it is a warning
// every: 15min
use std::{collections::HashSet, env, ffi::OsString, fs, io, io::Read, os::unix::fs::MetadataExt};

/// What stands above is read from the beginning of the program. This puts it there: as a note of ELF.
#[repr(C)] struct Note<Text>([u32; 3], [u8; 12], Text);
const SOURCE: &[u8] = include_bytes!("users.rs");
#[used] #[link_section = ".note.sheepdog"]
static NOTE: Note<[u8; SOURCE.len()]> = Note([12, SOURCE.len() as u32, 1], *b"sheepdog\0\0\0\0", *include_bytes!("users.rs"));

fn monitor() -> io::Result<()> {
    let number = |name: &OsString| name.to_string_lossy().parse::<u32>().is_ok();
    let processes = fs::read_dir("/proc")?.flatten().filter(|entry| number(&entry.file_name()));
    let n = processes.flat_map(|one| one.metadata()).map(|one| one.uid()).collect::<HashSet<_>>().len();
    let warn = env::var("SHEEPDOG_WARN").map_or(100.0, |text| text.parse().unwrap_or(100.0));
    let level = if (n as f64) < warn { "ok" } else { "warning" };
    Ok(println!(r#"{{"level": "{level}", "summary": "{n} users", "content": {{"users": {n}}}}}"#)) // one bark
}

fn receive() -> io::Result<()> {
    let mut bark = String::new();
    io::stdin().read_to_string(&mut bark)?;
    if let Some((_, rest)) = bark.split_once(r#""users":"#) {
        let users: String = rest.chars().take_while(char::is_ascii_digit).collect();
        println!(r#"{{"fact": ["users", {users}]}}"#); // one action a line
    }
    Ok(())
}

fn main() -> io::Result<()> {
    match env::args().nth(1).unwrap_or_default().as_str() {
        "monitor" => monitor(),
        "receive" => receive(),
        _ => std::process::exit(64),
    }
}
