# The first process of a sandbox: builds what the job may see, becomes nobody, and runs the job. It has namespaces of
# its own for files, processes, network, names and IPC already. Arguments: the job's directory, the user id to become
# (0: this user is the only one that there is), and the directory of Node when it is outside /usr.
set -eu
dir=$1
uid=$2
node=$3
root=$dir/root

# When memory runs out, this goes first.
echo 1000 > /proc/self/oom_score_adj || true
[ "$uid" = 0 ] || chown -hR "$uid:$uid" "$dir/work"

mount -t tmpfs -o size=1m,mode=755 sandbox "$root"
visible() {
    mkdir -p "$root$2"
    mount --rbind "$1" "$root$2"
    mount -o "remount,bind,$3nosuid,nodev" "$root$2"
}
for name in usr bin sbin lib lib32 lib64; do
    if [ -L "/$name" ]; then
        cp -P "/$name" "$root/$name"
    elif [ -d "/$name" ]; then
        visible "/$name" "/$name" ro,
    fi
done
for name in /etc/ssl /etc/alternatives /etc/pki; do
    if [ -d "$name" ]; then visible "$name" "$name" ro,; fi
done
if [ -n "$node" ]; then visible "$node" "$node" ro,; fi
visible "$dir/job" /job ro,
visible "$dir/work" /work ''
visible "$dir/work/tmp" /tmp ''

mkdir -p "$root/proc" "$root/dev" "$root/run" "$root/old"
mount -t proc -o nosuid,nodev,noexec sandbox "$root/proc"
for name in null zero full random urandom; do
    : > "$root/dev/$name"
    mount --bind "/dev/$name" "$root/dev/$name"
done
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
if [ -e "$dir/egress.sock" ]; then
    : > "$root/run/egress.sock"
    mount --bind "$dir/egress.sock" "$root/run/egress.sock"
fi
[ ! -e /etc/ld.so.cache ] || cp /etc/ld.so.cache "$root/etc/ld.so.cache"
echo 'build:x:1000:1000:build:/work/home:/bin/sh' > "$root/etc/passwd"
echo 'build:x:1000:' > "$root/etc/group"
printf '127.0.0.1 localhost\n::1 localhost\n' > "$root/etc/hosts"
echo 'hosts: files' > "$root/etc/nsswitch.conf"

hostname sandbox 2>/dev/null || true
ip link set lo up
cd "$root"
pivot_root . old
umount -l /old
rmdir /old
mount -o remount,bind,ro /
cd /work

# This shell stays: it holds the rights that the job must not have, and the job dies with it.
become=
[ "$uid" = 0 ] || become="setpriv --reuid $uid --regid $uid --clear-groups --"
set +e
$become unshare --user --map-user=1000 --map-group=1000 --keep-caps /bin/sh -c '
    echo 0 > /proc/sys/user/max_user_namespaces || exit 125
    exec setpriv --no-new-privs --ambient-caps=-all --inh-caps=-all --bounding-set=-all /bin/sh /job/run.sh'
exit $?
