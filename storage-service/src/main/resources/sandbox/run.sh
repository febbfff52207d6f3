# Runs the job's script, with the way to the network beside it. Nothing here has any rights.
cd /work/src || exit 125
. /job/env
exec node /job/relay.js
