# One image for every process of the portal; compose says which one each container runs.
FROM python:3.13-slim-trixie

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui fonts-liberation fonts-crosextra-carlito \
    fonts-crosextra-caladea fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /portal
COPY requirements.txt ./
RUN pip install --no-deps --require-hashes -r requirements.txt

COPY . .
# Fonts, catalogues and static files are made once, here. The settings are only enough to make them.
RUN python tools/fonts.py \
    && PORTAL_MODE=demo VAR_DIR=/tmp/build python manage.py translations --compile \
    && sh tools/production.sh python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build \
    && useradd --system --home-dir /portal portal \
    && install -d -o portal -g portal /portal/var

USER portal
ENV PORTAL_MODE=production HOST=0.0.0.0 PORT=8000
EXPOSE 8000
CMD ["python", "-m", "cdc_portal.serve", "web"]
