$plan = New-HcsContainer -Memory 512MB -Command cmd, /c, ver -DryRun
Assert-Equal ($plan.Container.Document | ConvertFrom-Json).MemoryMaximumInMB 512
$plan = hcs create --dry-run --memory 512m -- cmd /c ver | ConvertFrom-Json
Assert-Equal ($plan.container.document | ConvertFrom-Json).MemoryMaximumInMB 512
Assert-Equal (New-TestSpec cmd, /c, ver | Get-HcsPlan -Id web | ForEach-Object { ($_.Container.Document | ConvertFrom-Json).Name }) 'web'
