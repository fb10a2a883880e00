#!/bin/sh
# Between two releases, while nobody writes: before_start.sh DATA, at each start of the web server. install.sh may have
# left a word for it:
#   keep         the table, as it is now, in case the new release changes it and then does not come up
#   bring-back   what was kept
set -e
cd "$1"
kept=before-upgrade
case $(cat "$kept.wanted" 2>/dev/null) in
    keep)
        rm -rf "$kept" "$kept.new"
        mkdir -m 700 "$kept.new"
        cp -p --reflink=auto drive.db* "$kept.new/"
        mv -T "$kept.new" "$kept"
        ;;
    bring-back)
        if [ -d "$kept" ]; then
            # Whoever pulls the plug now has it all done again.
            rm -f drive.db*
            cp -p --reflink=auto "$kept"/drive.db* .
            sync . drive.db*
        fi
        rm -f "$kept.wanted"
        rm -rf "$kept" "$kept.new"
        ;;
esac
rm -f "$kept.wanted"
