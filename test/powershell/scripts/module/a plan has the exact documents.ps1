$spec = @{
    root = @{ path = '\\?\Volume{66d1ef4c-7a00-11e6-8948-00155ddbef9d}\' }
    process = @{ args = @('cmd'); cwd = 'C:\' }
    windows = @{ layerFolders = @('C:\l\base', 'C:\l\scratch') }
}
$plan = $spec | Get-HcsPlan -Id web
Assert-Match $plan.Container.Document '^\{"SystemType":"Container","Name":"web","Owner":"docker"'
Assert-Equal ($plan.Process.Document | ConvertFrom-Json).CommandLine 'cmd'
