/** A mounted file system, as proc_pid_mountinfo(5) has it. */
export interface Mount {
  /** Where it is mounted. */
  readonly path: string;
  /** "254:0"; bind mounts and subvolumes of one file system share it. */
  readonly device: string;
  /** The part of the file system that is mounted here; "/" where it is the whole. */
  readonly root: string;
  /** "ext4", "fuse.sshfs". */
  readonly type: string;
  /** "/dev/sda1", "server:/export". */
  readonly source: string;
  /** Of the file system. Those of the mount say less: a sandbox sees every mount read-only. */
  readonly options: readonly string[];
}

/** What is mounted and can be reached: of mounts on one path the last lies on top.
 * @param text  /proc/self/mountinfo */
export function parseMounts(text: string): readonly Mount[] {
  const mounts = new Map<string, Mount>();
  for (const line of text.split("\n")) {
    const [left = "", right] = line.split(" - ");
    const [, , device = "", root = "", path = ""] = left.split(" ");
    const [type = "", source = "", options = ""] = right?.split(" ") ?? [];
    if (right === undefined) continue;
    const mount = { device, root: plain(root), path: plain(path), type, source: plain(source) };
    mounts.set(mount.path, { ...mount, options: options.split(",") });
  }
  return [...mounts.values()];
}

/** Blanks and backslashes are written in octal there. */
const plain = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Full from the day they are made. */
const IMAGES = /^(squashfs|iso9660|udf|erofs|cramfs|romfs)$/;
const REMOTE =
  /^(nfs4?|cifs|smb3|smbfs|ceph|9p|afs|lustre|gfs2|glusterfs|beegfs|ocfs2|virtiofs|fuse|fuse\..+)$/;
/** What desktops, containers and snaps mount by FUSE. */
const PSEUDO =
  /^fuse\.(gvfsd-fuse|portal|lxcfs|snapfuse|squashfuse|fuse-overlayfs|archivemount|mount-zip|.*appimage.*)$/i;
const MEMORY = ["/tmp", "/run", "/dev/shm"];

/** Whether it is a file system that somebody keeps something in; those of the kernel are none. */
export function isDisk({ path, type, source }: Mount): boolean {
  if (IMAGES.test(type) || PSEUDO.test(type)) return false;
  if (path === "/" || type === "zfs" || type === "bcachefs" || REMOTE.test(type)) return true;
  return type === "tmpfs" ? MEMORY.includes(path) : source.startsWith("/dev/");
}

/** Whether it may be far away, and its server dead. */
export const isRemote = ({ type }: Pick<Mount, "type">): boolean => REMOTE.test(type);
