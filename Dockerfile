# Winnow in one image: `docker build -t winnow .`, then
#   docker run --rm -v /data/raw:/data/raw:ro -v /data/curated:/data/curated winnow ingest --direct
# (curated/ must belong to the user 1000, as whom it runs), or
#   docker run -p 4200:4200 -v /data/raw:/data/raw:ro -v /data/curated:/data/curated -v winnow:/var/lib/winnow winnow serve --host 0.0.0.0
FROM python:3.12-slim

RUN apt-get update && apt-get install --yes --no-install-recommends make && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 winnow && install -d -o winnow /opt/winnow /data/raw /data/curated /var/lib/winnow
USER winnow
WORKDIR /opt/winnow

# The environment first: it changes more seldom than the code, and its layer is kept.
COPY --chown=winnow Makefile pyproject.toml requirements.lock README.md ./
COPY --chown=winnow flows flows
COPY --chown=winnow tasks tasks
RUN make env

ENV WINNOW_RAW=/data/raw WINNOW_CURATED=/data/curated PREFECT_HOME=/var/lib/winnow PATH=/opt/winnow/.venv/bin:$PATH
# SIGTERM ends a run within five seconds, in order: what was finished waits for the next one.
STOPSIGNAL SIGTERM
ENTRYPOINT ["winnow"]
CMD ["status"]
