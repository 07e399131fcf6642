#!/bin/sh
# The tools the recording is made with, from Debian 12's packages.
set -eu
apt-get update
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
  sqlmap nmap hydra dirb gobuster wfuzz whatweb medusa ffuf wapiti ncrack patator dirsearch apache2-utils \
  python3-chardet python3-cryptography \
  chromium curl wget newsboat w3m lynx links httpie python3-feedparser iproute2
