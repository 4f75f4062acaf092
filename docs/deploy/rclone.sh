#!/bin/sh
# Exports from where the program does not look itself: SharePoint, OneDrive, Google Drive, WebDAV, FTP. rclone moves them
# into the inbox, then a pass imports them. Set up the remote once with: rclone config
# From cron or a timer, as the user of the job:
#   sh rclone.sh sharepoint:Opt-outs /srv/stopimport/inbox
set -eu
remote=${1:?such as sharepoint:Opt-outs}
inbox=${2:?such as /srv/stopimport/inbox}

# What has been moved whole disappears there: it is in the inbox now, then in done/. What is younger than two minutes may
# still be arriving there. A file on its way has a name that the inbox passes over.
# --ignore-existing: a file of the same name that still waits in the inbox is not replaced.
rclone move "$remote" "$inbox" --max-depth 1 --min-age 2m --partial-suffix .part --ignore-existing || {
  echo "rclone could not fetch everything (exit code $?); what is in the inbox is imported all the same." >&2
}
exec stopimport inbox "$inbox" --json
