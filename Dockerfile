# docker build -t dermconf .
# docker run --rm --user "$(id -u):$(id -g)" -v "$PWD/reports:/work/reports" dermconf run --target URL
FROM python:3.13-slim AS build
WORKDIR /source
COPY . .
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /dist .

FROM python:3.13-slim
COPY --from=build /dist /dist
RUN pip install --no-cache-dir /dist/*.whl && rm -r /dist \
 && useradd --create-home dermconf && install --directory --owner=dermconf /work /work/reports
USER dermconf
WORKDIR /work
ENTRYPOINT ["dermconf"]
CMD ["run"]
